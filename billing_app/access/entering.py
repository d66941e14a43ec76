"""Coming in: what each proof opens, and as what a person comes in.

These are commands of the door. What is slow, a hash or a letter, happens before or after
them, never inside.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import select

from billing_app.access.actors import DoorActor
from billing_app.access.capabilities import Purpose, make_capability, use_capability
from billing_app.access.guard import door_command, door_read
from billing_app.access.identities import hold_person, identity_at, proven_person
from billing_app.access.memberships import LINK, PASSWORD, Standing, open_standings
from billing_app.access.outbox import write_letter
from billing_app.access.sessions import (
    begin_session,
    own_session,
    own_session_held,
    session_behind,
)
from billing_app.access.throttling import LINK_LETTER, forgive
from billing_app.access.work import Work
from billing_app.config import Secret
from billing_app.kernel.audience import Audience
from billing_app.kernel.entries import read_email
from billing_app.kernel.errors import Invalid, NotFound
from billing_app.kernel.tongue import marked
from billing_app.models.people import Identity


class NothingOpen(NotFound):
    """The person is who they say they are, and nothing here is open to them."""

    sentence = marked("Nothing is open to you here at the moment. Ask whoever invited you.")


@dataclass(frozen=True)
class Person:
    """Somebody the installation knows, as far as the door needs to."""

    identity_id: UUID
    name: str
    email: str
    password: Secret | None


@dataclass(frozen=True)
class Entered:
    """What the browser gets, where it belongs, and whether there is something to choose."""

    token: str = field(repr=False)
    audience: Audience
    has_choice: bool


@dataclass(frozen=True, kw_only=True)
class Browser:
    """The browser at the door: the session it already holds, its name, its address."""

    replacing: str | None
    device: str
    address: str


@door_read
def person_at(work: Work[DoorActor], email: str) -> Person | None:
    """Whoever is known by this address. What is no address is not looked up."""
    try:
        wanted = read_email(email)
    except Invalid:
        return None
    found = work.exec(select(Identity).where(Identity.email == wanted)).one_or_none()
    return as_person(found) if found else None


@door_read
def person_behind(work: Work[DoorActor], token_hash: str) -> Person:
    """Whoever holds the live session with that hash."""
    return as_person(identity_at(work, own_session(work, token_hash).identity_id))


@door_command
def come_in_by_password(
    work: Work[DoorActor],
    identity_id: UUID,
    browser: Browser,
    *,
    proven: Secret | None,
    stronger: Secret | None,
) -> Entered:
    """Let somebody in whose password was right, and keep its hash in today's strength."""
    identity = proven_person(work, identity_id, proven)
    if stronger:
        identity.password_hash = stronger.reveal()
    return let_in(work, identity_id, browser, proven_by=PASSWORD)


@door_command
def ask_for_link(work: Work[DoorActor], email: str) -> None:
    """Send a contact the address that lets them in once; send anybody else nothing."""
    person = person_at(work, email)
    if person is None:
        return
    hold_person(work, person.identity_id)
    standings = open_standings(work, person.identity_id, proven_by=LINK)
    if standings:
        write_letter(
            work,
            "sign_in",
            to=person.email,
            organization_id=standings[0].organization_id,
            membership_id=standings[0].membership_id,
            capability=make_capability(work, Purpose.SIGN_IN, identity_id=person.identity_id),
        )


@door_command
def come_in_by_link(work: Work[DoorActor], token: str, browser: Browser) -> Entered:
    """Use an emailed address up, and let its reader in."""
    used = use_capability(work, Purpose.SIGN_IN, token)
    identity = identity_at(work, used.identity_id)
    forgive(work, door=LINK_LETTER, account=identity.email, address=browser.address)
    return let_in(work, identity.id, browser, proven_by=LINK)


@door_command
def come_in_as(work: Work[DoorActor], token_hash: str, shown_id: str, browser: Browser) -> Entered:
    """Go on as another membership of the same person, in a session that replaces this one.

    It is as old as the one before, so that going back and forth does not prolong a day.
    """
    me = own_session_held(work, token_hash)
    for standing in open_standings(work, me.identity_id, proven_by=me.proven_by):
        if standing.shown_id == shown_id:
            before = session_behind(work, token_hash)
            return _entered(
                begin_session(
                    work,
                    standing,
                    replacing=token_hash,
                    device=browser.device,
                    proven_by=me.proven_by,
                    since=before.created_at,
                ),
                standing,
                has_choice=False,
            )
    raise NotFound


def let_in(
    work: Work[DoorActor],
    identity_id: UUID,
    browser: Browser,
    *,
    proven_by: str,
    as_membership: UUID | None = None,
) -> Entered:
    """Open a session for a person who has proven who they are, as what they used last.

    Whatever the proof was, it has held the person.
    """
    standings = open_standings(work, identity_id, proven_by=proven_by)
    wanted = [standing for standing in standings if as_membership in (None, standing.membership_id)]
    if not wanted:
        raise NothingOpen
    token = begin_session(
        work,
        wanted[0],
        replacing=browser.replacing,
        device=browser.device,
        proven_by=proven_by,
    )
    return _entered(token, wanted[0], has_choice=as_membership is None and len(standings) > 1)


def as_person(identity: Identity) -> Person:
    """The row, as it may leave its work."""
    kept = identity.password_hash
    return Person(identity.id, identity.name, identity.email, Secret(kept) if kept else None)


def _entered(token: str, standing: Standing, *, has_choice: bool) -> Entered:
    return Entered(token=token, audience=standing.audience, has_choice=has_choice)
