"""The people of an organization, as its admins see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.capabilities import LIFETIMES, Purpose
from billing_app.access.guard import admin_read
from billing_app.access.permissions import Permission
from billing_app.access.throttling import Guessing, guessed_accounts, guessing_addresses
from billing_app.access.work import Work
from billing_app.kernel.audience import Audience
from billing_app.kernel.clock import clock
from billing_app.models.base import points_at
from billing_app.models.contact import Contact
from billing_app.models.organization import Organization
from billing_app.models.party import Customer, Partner
from billing_app.models.people import Identity, Membership, WebSession
from billing_app.reads.bounces import came_back
from billing_app.reads.locales import setting
from billing_app.reads.names import known_as
from billing_app.reads.times import at_time, on_day


@dataclass(frozen=True)
class AdminRow:
    """Somebody who works here, or is asked to.

    ``standing`` is Active, Invited, Invitation expired or Suspended.
    """

    id: str
    name: str
    email: str
    role: str
    standing: str
    since: str
    last_used: str
    is_me: bool
    is_invited: bool
    is_suspended: bool


@dataclass(frozen=True)
class ContactRow:
    """Somebody at a customer or partner. ``standing`` is Can sign in, No access or Revoked.

    ``came_back`` is the day on which it was noted that their last letter did not arrive.
    """

    id: str
    name: str
    email: str
    standing: str
    since: str
    last_used: str
    has_access: bool
    came_back: str


@dataclass(frozen=True)
class Alarm:
    """Somebody seems to be guessing passwords."""

    when: str
    what: str


@admin_read(Permission.MANAGE_USERS)
def admins(work: Work[AdminActor]) -> list[AdminRow]:
    """Everybody who works here, was suspended, or has an invitation."""
    zone = setting(work).zone
    rows = work.exec(
        select(Membership, Identity.email, known_as())
        .join(Identity, col(Identity.id) == Membership.identity_id)
        .outerjoin(Contact, points_at(Contact, "membership_id", Membership))
        .where(Membership.audience == Audience.ADMIN)
        .order_by(known_as(), col(Identity.email))
    ).all()
    used = _last_uses(work, [membership.id for membership, _, _ in rows])
    return [
        AdminRow(
            id=membership.shown_id,
            name=name,
            email=email,
            role=membership.role or "",
            standing=_standing(membership),
            since=on_day(membership.granted_at, zone),
            last_used=_shown(used.get(membership.id), zone),
            is_me=membership.id == work.actor.membership_id,
            is_invited=membership.accepted_at is None and membership.ended_at is None,
            is_suspended=membership.ended_at is not None,
        )
        for membership, email, name in rows
    ]


@admin_read(Permission.MANAGE_USERS)
def alarms(work: Work[AdminActor]) -> list[Alarm]:
    """Who has been guessing at the passwords of this organization's admins, the last first.

    Somebody who has not accepted yet is none of them: whether they are known elsewhere, and
    guessed at there, is not this organization's to know.
    """
    zone = setting(work).zone
    emails = list(
        work.exec(
            select(Identity.email)
            .join(Membership, col(Membership.identity_id) == Identity.id)
            .where(
                Membership.audience == Audience.ADMIN,
                col(Membership.ended_at).is_(None),
                col(Membership.accepted_at).is_not(None),
            )
        )
    )
    told = [
        (
            guess.last,
            f"{guess.tries} tries to {_tried(guess)} {guess.email}, none good so far; they came"
            f" from {guess.addresses} address{'es' if guess.addresses > 1 else ''}.",
        )
        for guess in guessed_accounts(work, emails)
    ]
    told += [
        (spray.last, f"{spray.tries} tries from {spray.address}, none good so far.")
        for spray in guessing_addresses(work, emails)
    ]
    return [Alarm(at_time(when, zone), what) for when, what in sorted(told, reverse=True)]


@admin_read()
def contacts(work: Work[AdminActor], party_id: str) -> list[ContactRow]:
    """The people at one customer or partner, without those who were removed."""
    kind: type[Customer] | type[Partner] = Partner if Partner.is_named_by(party_id) else Customer
    party = work.find(kind, party_id)
    column = Contact.partner_id if kind is Partner else Contact.customer_id
    zone = setting(work).zone
    rows = work.exec(
        select(Contact, Membership)
        .outerjoin(Membership, points_at(Contact, "membership_id", Membership))
        .where(col(column) == party.id, col(Contact.removed_at).is_(None))
        .order_by(col(Contact.name), col(Contact.email))
    ).all()
    used = _last_uses(work, [contact.membership_id for contact, _ in rows])
    back = came_back(work, (contact.email for contact, _ in rows))
    return [_contact_row(contact, membership, used, back, zone) for contact, membership in rows]


@admin_read()
def client_login(work: Work[AdminActor]) -> bool:
    """Whether the customers' door is open at all."""
    return work.exec(select(Organization.client_login)).one()


def _contact_row(
    contact: Contact,
    membership: Membership | None,
    used: dict[UUID | None, datetime],
    back: dict[str, str],
    zone: str,
) -> ContactRow:
    has_access = membership is not None and membership.ended_at is None
    return ContactRow(
        id=contact.shown_id,
        name=contact.name,
        email=contact.email,
        standing="Can sign in" if has_access else "Revoked" if membership else "No access",
        since=on_day(contact.added_at, zone),
        last_used=_shown(used.get(contact.membership_id), zone),
        has_access=has_access,
        came_back=back.get(contact.email, ""),
    )


def _standing(membership: Membership) -> str:
    if membership.ended_at is not None:
        return "Suspended"
    if membership.accepted_at is not None:
        return "Active"
    waited = clock.now() - membership.granted_at
    return "Invited" if waited < LIFETIMES[Purpose.INVITATION] else "Invitation expired"


def _last_uses(
    work: Work[AdminActor], memberships: Sequence[UUID | None]
) -> dict[UUID | None, datetime]:
    """When each of these memberships was last used, by its id."""
    rows = work.exec(
        select(WebSession.membership_id, func.max(WebSession.seen_at))
        .where(col(WebSession.membership_id).in_(memberships))
        .group_by(col(WebSession.membership_id))
    )
    return dict(rows.all())


def _tried(guess: Guessing) -> str:
    return "give the password again in a session of" if guess.inside else "sign in as"


def _shown(moment: datetime | None, zone: str) -> str:
    return at_time(moment, zone) if moment else "Never"
