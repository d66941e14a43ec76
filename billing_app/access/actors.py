"""Who asks. Every piece of work has an actor; there is no anonymous way to data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from billing_app.access.permissions import Role
from billing_app.kernel.audience import Audience


@dataclass(frozen=True, kw_only=True)
class Insider:
    """Whoever acts inside one organization."""

    organization_id: UUID


@dataclass(frozen=True, kw_only=True)
class Clerk(Insider):
    """Whoever may keep an organization's books: its admins, and itself when nobody is there."""


@dataclass(frozen=True, kw_only=True)
class SystemActor(Clerk):
    """The organization itself, when nobody asks: it settles what a gateway tells.

    It sees the organization's own rows and keeps them, and no people.
    """


@dataclass(frozen=True, kw_only=True)
class PayerActor(Insider):
    """Whoever holds the pay link of one document. They see that document and what it asks.

    They are nobody: no person, no session, no other document, no saved way of paying.
    """

    customer_id: UUID
    document_id: UUID
    link_id: UUID


@dataclass(frozen=True, kw_only=True)
class Member(Insider):
    """A signed-in person: one identity, as one membership, in one browser."""

    audience: ClassVar[Audience]

    membership_id: UUID
    identity_id: UUID
    session_id: UUID
    proven_by: str = "link"
    """How they came in: by ``password``, by an emailed ``link``, or by a door of the ``demo``."""

    stepped_up: bool = False
    """Whether they gave their password within the last minutes."""


@dataclass(frozen=True, kw_only=True)
class AdminActor(Member, Clerk):
    """Somebody who works for the organization."""

    audience = Audience.ADMIN

    role: Role


@dataclass(frozen=True, kw_only=True)
class PortalActor(Member):
    """A contact of one party. They see that party's own rows and nothing else."""

    party_id: UUID


@dataclass(frozen=True, kw_only=True)
class PartnerActor(PortalActor):
    """A contact of one partner."""

    audience = Audience.PARTNER


@dataclass(frozen=True, kw_only=True)
class CustomerActor(PortalActor):
    """A contact of one customer."""

    audience = Audience.CUSTOMER


@dataclass(frozen=True)
class OperatorActor:
    """Whoever holds the machine's terminal: founds organizations, inspects the books."""


@dataclass(frozen=True)
class DoorActor:
    """The door itself: matches a cookie to a session, for all organizations.

    It sees the tables of people and sessions, and no customer, partner or document.
    """


@dataclass(frozen=True)
class RunnerActor:
    """Whoever works off what is owed, for all organizations.

    It sees jobs, letters and the people they go to, and no customer, partner or document; of
    attempts to pay, whose they are and how they stand. The ledger and the audit log, which name
    nobody, it sees and puts under seals. What is kept for a while only, such as sessions that
    have ended, it removes.
    """


Actor = Insider | OperatorActor | DoorActor | RunnerActor
