"""Who asks. Every piece of work has an actor; there is no anonymous way to data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from billing_app.access.permissions import Role
from billing_app.kernel.audience import Audience


@dataclass(frozen=True, kw_only=True)
class Member:
    """A signed-in person: one identity, as one membership, in one browser."""

    audience: ClassVar[Audience]

    organization_id: UUID
    membership_id: UUID
    identity_id: UUID
    session_id: UUID


@dataclass(frozen=True, kw_only=True)
class AdminActor(Member):
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


Actor = Member | OperatorActor | DoorActor
