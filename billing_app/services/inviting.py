"""Who works for the organization, and as what: invited, changed, suspended, let back in."""

from __future__ import annotations

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.capabilities import Purpose, make_capability, withdraw_capabilities
from billing_app.access.guard import admin_command
from billing_app.access.identities import hold_person_behind, identity_of
from billing_app.access.outbox import write_letter
from billing_app.access.permissions import Permission, Role
from billing_app.access.sessions import end_sessions_as
from billing_app.access.work import Work
from billing_app.kernel.audience import Audience
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_email, read_name
from billing_app.kernel.errors import Conflict, Invalid, NotFound
from billing_app.models.people import Identity, Membership

LAST_OWNER = "Somebody has to own the workspace. Make another person an owner first."


@admin_command(Permission.MANAGE_USERS)
def invite_admin(work: Work[AdminActor], *, name: str, email: str, role: str) -> str:
    """Invite a person to work here; returns the membership's id.

    The letter's address opens once, within 72 hours; until then the membership opens
    nothing. Inviting somebody again who has not come yet replaces their earlier letter.
    """
    called = read_name(name)
    identity_id = identity_of(work, email=read_email(email), name=called)
    membership = Membership(
        identity_id=identity_id,
        audience=Audience.ADMIN,
        role=_read_role(role),
        invited_as=called,
        granted_at=clock.now(),
    )
    if not work.add_unless_there(membership):
        membership = work.exec(
            select(Membership)
            .where(Membership.identity_id == identity_id, Membership.audience == Audience.ADMIN)
            .with_for_update()
        ).one()
        if membership.accepted_at is not None:
            raise Conflict("This person already works here. Nothing was changed.")
        membership.role, membership.granted_at = _read_role(role), clock.now()
        membership.ended_at, membership.invited_as = None, called
    return _send_invitation(work, membership)


@admin_command(Permission.MANAGE_USERS)
def invite_again(work: Work[AdminActor], membership_id: str) -> str:
    """Send an invitation that was not accepted once more; the earlier letter opens nothing."""
    hold_person_behind(work, Membership.read_id(membership_id))
    membership = _admin(work, membership_id)
    if membership.accepted_at is not None or membership.ended_at is not None:
        raise Conflict("This invitation is no longer open. Nothing was changed.")
    membership.granted_at = clock.now()
    return _send_invitation(work, membership)


@admin_command(Permission.MANAGE_USERS)
def change_role(work: Work[AdminActor], membership_id: str, *, role: str) -> str:
    """Make an admin somebody else here. It holds from their next step on."""
    wanted = _read_role(role)
    owners = _owners(work)
    membership = _admin(work, membership_id)
    if wanted != Role.OWNER:
        _keep_an_owner(owners, without=membership)
    membership.role = wanted
    return membership.shown_id


@admin_command(Permission.MANAGE_USERS)
def suspend_admin(work: Work[AdminActor], membership_id: str) -> str:
    """Shut an admin out from their next step on; an open invitation is withdrawn.

    Their sessions end, and stay ended when the admin is let back in.
    """
    hold_person_behind(work, Membership.read_id(membership_id))
    owners = _owners(work)
    membership = _admin(work, membership_id)
    _keep_an_owner(owners, without=membership)
    membership.ended_at = membership.ended_at or clock.now()
    end_sessions_as(work, membership)
    withdraw_capabilities(
        work,
        Purpose.INVITATION,
        identity_id=membership.identity_id,
        membership=membership,
    )
    return membership.shown_id


@admin_command(Permission.MANAGE_USERS)
def restore_admin(work: Work[AdminActor], membership_id: str) -> str:
    """Let a suspended admin back in, as what they were. They sign in anew."""
    membership = _admin(work, membership_id)
    if membership.accepted_at is None:
        raise Conflict("This person was never here. Invite them again.")
    membership.ended_at = None
    return membership.shown_id


def _read_role(typed: str) -> Role:
    try:
        return Role(typed)
    except ValueError:
        raise Invalid(
            "Choose an owner, a manager, a bookkeeper or a viewer.", field="role"
        ) from None


def _admin(work: Work[Clerk], membership_id: str) -> Membership:
    membership = work.find(Membership, membership_id, lock=True)
    if membership.audience != Audience.ADMIN:
        raise NotFound
    return membership


def _owners(work: Work[Clerk]) -> list[Membership]:
    """The owners who can come in, held until the end of this work.

    They are locked before anything is looked at: two owners who demote each other at the
    same moment would otherwise both succeed.
    """
    wanted = (
        select(Membership)
        .where(
            Membership.audience == Audience.ADMIN,
            Membership.role == Role.OWNER,
            col(Membership.ended_at).is_(None),
            col(Membership.accepted_at).is_not(None),
        )
        .order_by(col(Membership.id))
        .with_for_update()
    )
    return list(work.exec(wanted))


def _keep_an_owner(owners: list[Membership], *, without: Membership) -> None:
    if [owner.id for owner in owners] == [without.id]:
        raise Conflict(LAST_OWNER)


def _send_invitation(work: Work[Clerk], membership: Membership) -> str:
    work.flush()
    invited = work.exec(select(Identity).where(Identity.id == membership.identity_id)).one()
    capability = make_capability(
        work, Purpose.INVITATION, identity_id=invited.id, membership=membership
    )
    write_letter(
        work,
        "invitation",
        to=invited.email,
        membership_id=membership.id,
        capability=capability,
    )
    return membership.shown_id
