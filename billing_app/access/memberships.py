"""What a person may be, anywhere in the installation: for the door, and for themselves."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from billing_app.access.actors import Actor
from billing_app.access.scope import ACROSS
from billing_app.access.work import Work
from billing_app.kernel.audience import Audience
from billing_app.models.base import points_at
from billing_app.models.organization import Organization
from billing_app.models.party import Customer, Partner
from billing_app.models.people import Membership, WebSession

PASSWORD = "password"
LINK = "link"
DEMO = "demo"

# An emailed link proves a mailbox; whoever works for an organization proves more.
_OPENED_BY = {
    PASSWORD: frozenset(Audience),
    DEMO: frozenset(Audience),
    LINK: frozenset({Audience.PARTNER, Audience.CUSTOMER}),
}


@dataclass(frozen=True)
class Standing:
    """One thing that a person may be: where, and for whom."""

    membership_id: UUID
    shown_id: str
    organization_id: UUID
    workspace: str
    party: str
    audience: Audience
    role: str


def open_standings(work: Work[Actor], identity_id: UUID, *, proven_by: str) -> list[Standing]:
    """What this person may come in as with such a proof, the latest used first.

    What was never used comes last, the oldest first, so that nobody leads a person away by
    giving them something new. It looks across organizations, and only at what is the
    person's own.
    """
    used = (
        select(func.max(WebSession.seen_at))
        .where(points_at(WebSession, "membership_id", Membership))
        .correlate(Membership)
        .scalar_subquery()
    )
    rows = work.exec(
        select(Membership, Organization, Customer.name, Partner.name)
        .join(Organization, col(Organization.id) == Membership.organization_id)
        .outerjoin(Customer, points_at(Membership, "customer_id", Customer))
        .outerjoin(Partner, points_at(Membership, "partner_id", Partner))
        .where(
            Membership.identity_id == identity_id,
            col(Membership.ended_at).is_(None),
            col(Membership.accepted_at).is_not(None),
        )
        .order_by(used.desc().nulls_last(), col(Membership.granted_at), col(Membership.id))
        .execution_options(**{ACROSS: True})
    )
    return [
        Standing(
            membership_id=membership.id,
            shown_id=membership.shown_id,
            organization_id=organization.id,
            workspace=organization.name,
            party=customer or partner or "",
            audience=Audience(membership.audience),
            role=membership.role or "",
        )
        for membership, organization, customer, partner in rows
        if is_open(membership, organization) and membership.audience in _OPENED_BY[proven_by]
    ]


def is_open(membership: Membership, organization: Organization) -> bool:
    """Whether somebody may be here as this membership at this moment."""
    if membership.ended_at is not None or membership.accepted_at is None:
        return False
    return organization.client_login or membership.audience != Audience.CUSTOMER
