"""The language, zone and day in which somebody is shown what they see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import select

from billing_app.access.actors import CustomerActor, Member
from billing_app.access.guard import member_read
from billing_app.access.work import Work
from billing_app.ledger.days import today
from billing_app.models.books import OrganizationProfile
from billing_app.models.organization import Organization
from billing_app.models.party import Customer

ENGLISH = "en"


@dataclass(frozen=True)
class Setting:
    """How amounts, moments and days are shown to the actor."""

    locale: str
    zone: str
    today: date


@member_read
def setting(work: Work[Member]) -> Setting:
    """Admins read in the organization's language, a customer's contacts in the customer's."""
    asked = Customer.locale if isinstance(work.actor, CustomerActor) else OrganizationProfile.locale
    locale = work.exec(select(asked)).one_or_none() or ENGLISH
    zone = work.exec(select(Organization.time_zone)).one()
    return Setting(locale, zone, today(work))
