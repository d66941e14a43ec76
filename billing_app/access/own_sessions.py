"""All sessions of one person, in all organizations: shown to them, and ended by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import Actor, DoorActor
from billing_app.access.guard import door_command
from billing_app.access.identities import hold_person
from billing_app.access.scope import ACROSS
from billing_app.access.sessions import in_time, own_session_held
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import NotFound
from billing_app.models.base import points_at
from billing_app.models.organization import Organization
from billing_app.models.people import Membership, WebSession


@dataclass(frozen=True)
class OpenSession:
    """One browser in which a person is signed in."""

    id: UUID
    shown_id: str
    device: str
    workspace: str
    opened_at: datetime
    seen_at: datetime


def open_sessions(work: Work[Actor], identity_id: UUID) -> list[OpenSession]:
    """Where a person is signed in now, the latest used first.

    It looks across organizations, and only at what is the person's own.
    """
    now = clock.now()
    rows = work.exec(
        select(WebSession, Membership, Organization.name)
        .join(Membership, points_at(WebSession, "membership_id", Membership))
        .join(Organization, col(Organization.id) == WebSession.organization_id)
        .where(Membership.identity_id == identity_id, col(WebSession.ended_at).is_(None))
        .where(col(Membership.ended_at).is_(None))
        .order_by(col(WebSession.seen_at).desc(), col(WebSession.id))
        .execution_options(**{ACROSS: True})
    )
    return [
        OpenSession(
            id=session.id,
            shown_id=session.shown_id,
            device=session.device or "A browser",
            workspace=workspace,
            opened_at=session.created_at,
            seen_at=session.seen_at,
        )
        for session, membership, workspace in rows
        if in_time(session, membership, now)
    ]


@door_command
def end_own_session(work: Work[DoorActor], token_hash: str, shown_id: str) -> bool:
    """End one session of the person whose session this is; whether it was this very one."""
    mine = own_session_held(work, token_hash)
    ended = WebSession.read_id(shown_id)
    for session in sessions_of(work, mine.identity_id):
        if session.id == ended:
            session.ended_at = clock.now()
            return session.token_hash == token_hash
    raise NotFound


@door_command
def end_other_sessions(work: Work[DoorActor], token_hash: str) -> None:
    """Sign the person out everywhere but here."""
    mine = own_session_held(work, token_hash)
    end_all_sessions(work, mine.identity_id, but=mine.session_id)


def end_all_sessions(work: Work[DoorActor], identity_id: UUID, *, but: UUID | None = None) -> None:
    """Sign a person out everywhere, in all organizations, except in one session."""
    hold_person(work, identity_id)
    for session in sessions_of(work, identity_id):
        if session.id != but:
            session.ended_at = clock.now()


def sessions_of(work: Work[DoorActor], identity_id: UUID) -> list[WebSession]:
    """A person's sessions that were not ended, locked in one order."""
    wanted = (
        select(WebSession)
        .join(Membership, points_at(WebSession, "membership_id", Membership))
        .where(Membership.identity_id == identity_id, col(WebSession.ended_at).is_(None))
        .order_by(col(WebSession.id))
        .with_for_update(of=WebSession)
    )
    return list(work.exec(wanted))
