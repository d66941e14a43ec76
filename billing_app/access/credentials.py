"""Setting a password: by invitation, after forgetting it, or by changing it.

The hash arrives ready-made. What opens the way, a token or a session, is checked again
here, in the transaction that keeps the hash.
"""

from __future__ import annotations

from sqlmodel import select

from billing_app.access.actors import DoorActor
from billing_app.access.capabilities import (
    LinkGone,
    Purpose,
    live_capability,
    make_capability,
    use_capability,
    withdraw_capabilities,
)
from billing_app.access.entering import (
    Browser,
    Entered,
    Person,
    as_person,
    let_in,
    person_at,
)
from billing_app.access.guard import door_command, door_read
from billing_app.access.identities import hold_person, identity_at, proven_person
from billing_app.access.memberships import PASSWORD, Standing, open_standings
from billing_app.access.outbox import write_letter
from billing_app.access.own_sessions import end_all_sessions
from billing_app.access.sessions import own_session_held
from billing_app.access.throttling import PASSWORD as PASSWORD_DOOR
from billing_app.access.throttling import RESET_LETTER, forgive
from billing_app.access.work import Work
from billing_app.config import Secret
from billing_app.kernel.audience import Audience
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_name
from billing_app.models.audit import AuditEntry
from billing_app.models.capability import Capability
from billing_app.models.people import Identity, Membership


@door_read
def person_invited(work: Work[DoorActor], token: str) -> Person:
    """Whom a live invitation is for; LinkGone for any other token."""
    return as_person(_invited(work, live_capability(work, Purpose.INVITATION, token))[1])


@door_read
def person_resetting(work: Work[DoorActor], token: str) -> Person:
    """Whose password a live address would set; LinkGone for any other token."""
    capability = live_capability(work, Purpose.RESET, token)
    return as_person(identity_at(work, capability.identity_id))


@door_command
def accept_invitation(
    work: Work[DoorActor],
    token: str,
    browser: Browser,
    *,
    name: str,
    password: Secret | None,
    proven: Secret | None = None,
) -> Entered:
    """Use an invitation up and let its reader in. Its role is the one that was offered.

    Somebody who already has a password keeps it, and their name; they have ``proven`` it.
    """
    used = use_capability(work, Purpose.INVITATION, token)
    membership, identity = _invited(work, used, lock=True)
    if identity.password_hash is None:
        if password is None:
            raise LinkGone
        identity.name = read_name(name)
        identity.password_hash = password.reveal()
        identity.password_changed_at = clock.now()
        forgive(work, door=PASSWORD_DOOR, account=identity.email, address=browser.address)
    elif password is not None:
        raise LinkGone
    else:
        proven_person(work, identity.id, proven)
    membership.accepted_at = membership.accepted_at or clock.now()
    work.flush()
    entered = let_in(work, identity.id, browser, proven_by=PASSWORD, as_membership=membership.id)
    _note(work, membership, "accept_invitation", membership.shown_id)
    return entered


@door_command
def ask_for_reset(work: Work[DoorActor], email: str) -> None:
    """Send an admin the address that sets a new password; send anybody else nothing."""
    person = person_at(work, email)
    if person is None:
        return
    hold_person(work, person.identity_id)
    standing = _as_admin(work, person)
    if standing:
        write_letter(
            work,
            "reset",
            to=person.email,
            organization_id=standing.organization_id,
            capability=make_capability(work, Purpose.RESET, identity_id=person.identity_id),
        )


@door_command
def reset_password(work: Work[DoorActor], token: str, password: Secret, *, address: str) -> None:
    """Use the address up, keep the new password, and sign the person out everywhere."""
    used = use_capability(work, Purpose.RESET, token)
    identity = identity_at(work, used.identity_id)
    _keep(work, identity, password, "reset_password")
    end_all_sessions(work, identity.id)
    for door in (RESET_LETTER, PASSWORD_DOOR):
        forgive(work, door=door, account=identity.email, address=address)


@door_command
def change_password(
    work: Work[DoorActor], token_hash: str, password: Secret, *, proven: Secret | None
) -> None:
    """Keep a new password, and sign the person out everywhere but here."""
    me = own_session_held(work, token_hash)
    identity = proven_person(work, me.identity_id, proven)
    _keep(work, identity, password, "change_password")
    end_all_sessions(work, identity.id, but=me.session_id)


def _keep(work: Work[DoorActor], identity: Identity, password: Secret, verb: str) -> None:
    identity.password_hash = password.reveal()
    identity.password_changed_at = clock.now()
    withdraw_capabilities(work, Purpose.RESET, identity_id=identity.id)
    standing = _as_admin(work, as_person(identity))
    if standing is None:
        return
    membership = work.exec(select(Membership).where(Membership.id == standing.membership_id)).one()
    _note(work, membership, verb, membership.shown_id)
    write_letter(
        work,
        "password_changed",
        to=identity.email,
        organization_id=membership.organization_id,
        membership_id=membership.id,
    )


def _invited(
    work: Work[DoorActor], capability: Capability, *, lock: bool = False
) -> tuple[Membership, Identity]:
    """The membership an invitation opens, and whose it is; LinkGone once it was withdrawn."""
    wanted = select(Membership).where(Membership.id == capability.membership_id)
    membership = work.exec(wanted.with_for_update() if lock else wanted).one()
    if membership.ended_at is not None:
        raise LinkGone
    return membership, identity_at(work, membership.identity_id)


def _as_admin(work: Work[DoorActor], person: Person) -> Standing | None:
    """The latest used of the workspaces that the person works for."""
    standings = open_standings(work, person.identity_id, proven_by=PASSWORD)
    return next((one for one in standings if one.audience == Audience.ADMIN), None)


def _note(work: Work[DoorActor], membership: Membership, verb: str, subject: str) -> None:
    """Note in the audit log what somebody did at the door."""
    work.add(
        AuditEntry(
            organization_id=membership.organization_id,
            recorded_at=clock.now(),
            membership_id=membership.id,
            verb=verb,
            subject=subject,
        )
    )
