"""What everybody signed in sees of themselves: the frame of each screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import true
from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Member, PartnerActor
from billing_app.access.guard import member_read
from billing_app.access.kept import is_it
from billing_app.access.memberships import open_standings
from billing_app.access.own_sessions import open_sessions
from billing_app.access.permissions import Permission, may
from billing_app.access.work import Work
from billing_app.kernel.tongue import tell
from billing_app.models.organization import Organization
from billing_app.models.party import Customer, Partner
from billing_app.models.people import Identity
from billing_app.reads.locales import setting
from billing_app.reads.times import at_time


@dataclass(frozen=True)
class Me:
    """Who is signed in, and where."""

    name: str
    email: str
    workspace: str
    standing: str
    permissions: tuple[str, ...]
    has_password: bool
    stepped_up: bool
    slash_searches: bool


@dataclass(frozen=True)
class SessionRow:
    """A browser in which one is signed in."""

    id: str
    device: str
    workspace: str
    since: str
    last_used: str
    this_one: bool


@dataclass(frozen=True)
class MembershipRow:
    """Something that one may be signed in as. ``standing`` is a role, or a party's name."""

    id: str
    workspace: str
    standing: str
    audience: str
    current: bool


@member_read
def me(work: Work[Member]) -> Me:
    """The signed-in person, as the frame of a screen names them."""
    found = work.exec(_ME, params={"id": work.actor.identity_id}).one()
    name, email, has_password, slash_searches, workspace = found
    return Me(
        name=name,
        email=email,
        workspace=workspace,
        standing=_standing(work),
        permissions=_permissions(work.actor),
        has_password=has_password,
        stepped_up=work.actor.stepped_up,
        slash_searches=slash_searches,
    )


@member_read
def sessions(work: Work[Member]) -> list[SessionRow]:
    """Everywhere one is signed in, the latest used first."""
    zone = setting(work).zone
    return [
        SessionRow(
            id=session.shown_id,
            device=_device(session.device),
            workspace=session.workspace,
            since=at_time(session.opened_at, zone),
            last_used=at_time(session.seen_at, zone),
            this_one=session.id == work.actor.session_id,
        )
        for session in open_sessions(work, work.actor.identity_id)
    ]


@member_read
def memberships(work: Work[Member]) -> list[MembershipRow]:
    """What one may be signed in as, with the proof that was given."""
    return [
        MembershipRow(
            id=standing.shown_id,
            workspace=standing.workspace,
            standing=standing.party or tell(standing.role).capitalize(),
            audience=standing.audience,
            current=standing.membership_id == work.actor.membership_id,
        )
        for standing in open_standings(work, work.actor.identity_id, proven_by=work.actor.proven_by)
    ]


def _device(words: str) -> str:
    """A browser and its system, as their names were kept."""
    browser, on, system = words.partition(" on ")
    if not on:
        return tell(browser)
    return tell("%(browser)s on %(system)s", browser=tell(browser), system=system)


def _permissions(actor: Member) -> tuple[str, ...]:
    if not isinstance(actor, AdminActor):
        return ()
    return tuple(permission for permission in Permission if may(actor.role, permission))


def _standing(work: Work[Member]) -> str:
    if isinstance(work.actor, AdminActor):
        return work.actor.role.capitalize()
    party = Partner if isinstance(work.actor, PartnerActor) else Customer
    return work.exec(select(party.name)).one()


# Of organizations, a member sees their own.
_SHOWN: list[Any] = [
    Identity.name,
    Identity.email,
    col(Identity.password_hash).is_not(None),
    Identity.slash_searches,
    Organization.name,
]
_ME: Any = select(*_SHOWN).join(Organization, true()).where(is_it(Identity.id))
