"""Sessions: which browser is whom, checked in the database on every event and page.

The browser holds a random token in an HttpOnly cookie; we hold its hash. A session ends
when it is ended, when its membership ends, when the customers' door is closed, after a
time without use, and after a day's work at the latest. One that nobody proved anything for
is good in a demo only.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, select

from billing_app.access.actors import (
    Actor,
    AdminActor,
    CustomerActor,
    DoorActor,
    Member,
    PartnerActor,
)
from billing_app.access.guard import door_command, door_read
from billing_app.access.identities import hold_person, proven_person
from billing_app.access.installation import installation
from billing_app.access.memberships import DEMO, LINK, PASSWORD, Standing, is_open, open_standings
from billing_app.access.permissions import Role
from billing_app.access.work import Work
from billing_app.config import Secret
from billing_app.kernel.audience import Audience
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import NotFound, NotSignedIn
from billing_app.kernel.session_header import hashed
from billing_app.models.base import points_at
from billing_app.models.organization import Organization
from billing_app.models.people import Identity, Membership, WebSession


@dataclass(frozen=True)
class Limits:
    """How long a session lives without use, and at most."""

    idle: timedelta
    absolute: timedelta


LIMITS = {
    Audience.ADMIN: Limits(idle=timedelta(minutes=15), absolute=timedelta(hours=8)),
    Audience.PARTNER: Limits(idle=timedelta(minutes=30), absolute=timedelta(hours=12)),
    Audience.CUSTOMER: Limits(idle=timedelta(minutes=30), absolute=timedelta(hours=12)),
}
# Noting each use would write on each event; a minute is exact enough for these limits.
_NOTED_EVERY = timedelta(minutes=1)
_STEPPED_UP_FOR = timedelta(minutes=5)


@dataclass(frozen=True)
class Found:
    """A live session: whose it is, and whether its last use should be noted."""

    actor: Member
    note_use: bool


@door_read
def find_session(work: Work[DoorActor], token_hash: str) -> Found | None:
    """The live session with that hash; None if there is none, or no longer."""
    row = work.exec(_HELD, params={"token_hash": token_hash}).one_or_none()
    if row is None:
        return None
    session, membership, organization = row
    now = clock.now()
    if session.ended_at or not is_open(membership, organization):
        return None
    if not in_time(session, membership, now):
        return None
    if session.proven_by == DEMO and not installation().settings.demo:
        return None
    return Found(_actor(session, membership, now), note_use=now - session.seen_at > _NOTED_EVERY)


@door_command
def note_use(work: Work[DoorActor], token_hash: str) -> None:
    """Remember that the session was used just now."""
    session = _session(work, token_hash)
    if session is not None:
        session.seen_at = clock.now()


@door_command
def open_session(
    work: Work[DoorActor],
    *,
    email: str,
    audience: Audience,
    replacing: str | None,
    device: str = "",
) -> str:
    """Sign one of the demo's people in without a proof; returns the browser's new token."""
    known = work.exec(select(Identity.id).where(Identity.email == email)).one_or_none()
    if known is None:
        raise NotFound
    hold_person(work, known)
    standings = open_standings(work, known, proven_by=DEMO)
    for standing in sorted(standings, key=lambda standing: standing.membership_id):
        if standing.audience == audience:
            return begin_session(work, standing, replacing=replacing, device=device, proven_by=DEMO)
    raise NotFound


def begin_session(
    work: Work[DoorActor],
    standing: Standing,
    *,
    replacing: str | None,
    device: str,
    proven_by: str,
    since: datetime | None = None,
) -> str:
    """Give the browser of a person who has proven who they are a new token.

    Whatever session the browser had before is ended, so that a cookie planted by
    somebody else never becomes a signed-in one. A session that continues another one is as
    old as that was (``since``). Only commands of the door call this, and hold the person.
    """
    if replacing:
        _end(work, replacing)
    token, now = secrets.token_urlsafe(32), clock.now()
    work.add(
        WebSession(
            organization_id=standing.organization_id,
            token_hash=hashed(token),
            membership_id=standing.membership_id,
            created_at=since or now,
            seen_at=now,
            device=device or None,
            proven_by=proven_by,
            stepped_up_at=now if proven_by == PASSWORD and since is None else None,
        )
    )
    return token


@door_command
def end_session(work: Work[DoorActor], token_hash: str) -> None:
    """Sign the browser out, here and in all its tabs."""
    _end(work, token_hash)


@door_command
def step_up(work: Work[DoorActor], token_hash: str, *, proven: Secret | None) -> None:
    """Note that the person behind this session just gave their password again."""
    me = own_session_held(work, token_hash)
    proven_person(work, me.identity_id, proven)
    session_behind(work, token_hash).stepped_up_at = clock.now()


def end_sessions_as(work: Work[Actor], membership: Membership) -> None:
    """End each session of a membership whose person is held. They stay ended."""
    wanted = select(WebSession).where(
        WebSession.organization_id == membership.organization_id,
        WebSession.membership_id == membership.id,
    )
    for session in work.exec(wanted):
        session.ended_at = session.ended_at or clock.now()


def own_session_held(work: Work[DoorActor], token_hash: str) -> Member:
    """The same as ``own_session``, for an act upon sessions or passwords: the person is held."""
    wanted = (
        select(Membership.identity_id)
        .join(WebSession, points_at(WebSession, "membership_id", Membership))
        .where(WebSession.token_hash == token_hash)
    )
    known = work.exec(wanted).one_or_none()
    if known is None:
        raise NotSignedIn
    hold_person(work, known)
    return own_session(work, token_hash)


def own_session(work: Work[DoorActor], token_hash: str) -> Member:
    """Whoever holds the live session with that hash; nobody else gets further."""
    found = find_session(work, token_hash)
    if found is None:
        raise NotSignedIn
    return found.actor


def session_behind(work: Work[DoorActor], token_hash: str) -> WebSession:
    """The row of a session that is known to be there."""
    return work.exec(select(WebSession).where(WebSession.token_hash == token_hash)).one()


def _end(work: Work[DoorActor], token_hash: str) -> None:
    session = _session(work, token_hash)
    if session is not None and session.ended_at is None:
        session.ended_at = clock.now()


def _session(work: Work[DoorActor], token_hash: str) -> WebSession | None:
    wanted = select(WebSession).where(WebSession.token_hash == token_hash).with_for_update()
    return work.exec(wanted).one_or_none()


def in_time(session: WebSession, membership: Membership, now: datetime) -> bool:
    """Whether a session is neither left alone nor kept open for too long.

    A password opens a workspace wherever it was given, so what was opened by one never
    lives longer than an admin's.
    """
    by_password = session.proven_by == PASSWORD
    limits = LIMITS[Audience.ADMIN if by_password else Audience(membership.audience)]
    unused, age = now - session.seen_at, now - session.created_at
    return unused <= limits.idle and age <= limits.absolute


def _actor(session: WebSession, membership: Membership, now: datetime) -> Member:
    stamp = session.stepped_up_at
    same: dict[str, Any] = {
        "organization_id": membership.organization_id,
        "membership_id": membership.id,
        "identity_id": membership.identity_id,
        "session_id": session.id,
        "proven_by": session.proven_by or LINK,
        # Behind a demo's door there is no password to give again.
        "stepped_up": session.proven_by == DEMO
        or (stamp is not None and now - stamp <= _STEPPED_UP_FOR),
    }
    match Audience(membership.audience):
        case Audience.ADMIN:
            return AdminActor(**same, role=Role(membership.role or ""))
        case Audience.PARTNER:
            assert membership.partner_id, "the check constraint one_audience"
            return PartnerActor(**same, party_id=membership.partner_id)
        case Audience.CUSTOMER:
            assert membership.customer_id, "the check constraint one_audience"
            return CustomerActor(**same, party_id=membership.customer_id)


_HELD = (
    select(WebSession, Membership, Organization)
    .join(Membership, points_at(WebSession, "membership_id", Membership))
    .join(Organization, col(Organization.id) == WebSession.organization_id)
    .where(col(WebSession.token_hash) == bindparam("token_hash"))
)
