"""Sessions: which browser is whom, checked in the database on every event and page.

The browser holds a random token in an HttpOnly cookie; we hold its hash. A session ends
when it is ended, when its membership ends, after a time without use, and after a day's
work at the latest.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from billing_app.access.actors import (
    AdminActor,
    CustomerActor,
    DoorActor,
    Member,
    PartnerActor,
)
from billing_app.access.guard import door_command, door_read
from billing_app.access.permissions import Role
from billing_app.access.work import Work
from billing_app.kernel.audience import Audience
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import NotFound
from billing_app.kernel.session_header import hashed
from billing_app.models.base import points_at
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


@dataclass(frozen=True)
class Found:
    """A live session: whose it is, and whether its last use should be noted."""

    actor: Member
    note_use: bool


@door_read
def find_session(work: Work[DoorActor], token_hash: str) -> Found | None:
    """The live session with that hash; None if there is none, or no longer."""
    row = work.exec(
        select(WebSession, Membership)
        .join(Membership, points_at(WebSession, "membership_id", Membership))
        .where(WebSession.token_hash == token_hash)
    ).one_or_none()
    if row is None:
        return None
    session, membership = row
    now = clock.now()
    if session.ended_at or membership.ended_at or not _in_time(session, membership, now):
        return None
    return Found(_actor(session, membership), note_use=now - session.seen_at > _NOTED_EVERY)


@door_command
def note_use(work: Work[DoorActor], token_hash: str) -> None:
    """Remember that the session was used just now."""
    session = _session(work, token_hash)
    if session is not None:
        session.seen_at = clock.now()


@door_command
def open_session(
    work: Work[DoorActor], *, email: str, audience: Audience, replacing: str | None
) -> str:
    """Sign a person in and give the browser a new token.

    Whatever session the browser had before is ended, so that a cookie planted by
    somebody else never becomes a signed-in one.
    """
    membership = work.exec(
        select(Membership)
        .join(Identity, col(Identity.id) == Membership.identity_id)
        .where(Identity.email == email, Membership.audience == audience)
        .where(col(Membership.ended_at).is_(None))
        .order_by(col(Membership.granted_at))
        .limit(1)
    ).one_or_none()
    if membership is None:
        raise NotFound
    if replacing:
        _end(work, replacing)
    token, now = secrets.token_urlsafe(32), clock.now()
    work.add(
        WebSession(
            organization_id=membership.organization_id,
            token_hash=hashed(token),
            membership_id=membership.id,
            created_at=now,
            seen_at=now,
        )
    )
    return token


@door_command
def end_session(work: Work[DoorActor], token_hash: str) -> None:
    """Sign the browser out, here and in all its tabs."""
    _end(work, token_hash)


def _end(work: Work[DoorActor], token_hash: str) -> None:
    session = _session(work, token_hash)
    if session is not None and session.ended_at is None:
        session.ended_at = clock.now()


def _session(work: Work[DoorActor], token_hash: str) -> WebSession | None:
    wanted = select(WebSession).where(WebSession.token_hash == token_hash).with_for_update()
    return work.exec(wanted).one_or_none()


def _in_time(session: WebSession, membership: Membership, now: datetime) -> bool:
    limits = LIMITS[Audience(membership.audience)]
    unused, age = now - session.seen_at, now - session.created_at
    return unused <= limits.idle and age <= limits.absolute


def _actor(session: WebSession, membership: Membership) -> Member:
    same = {
        "organization_id": membership.organization_id,
        "membership_id": membership.id,
        "identity_id": membership.identity_id,
        "session_id": session.id,
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
