"""The language, zone and day in which somebody is shown what they see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import select

from billing_app.access.actors import AdminActor, CustomerActor, Member
from billing_app.access.guard import member_read
from billing_app.access.work import Work
from billing_app.kernel.tongue import ENGLISH
from billing_app.ledger.days import today
from billing_app.models.books import OrganizationProfile
from billing_app.models.contact import Contact
from billing_app.models.organization import Organization
from billing_app.models.party import Customer


@dataclass(frozen=True)
class Setting:
    """How amounts, moments and days are shown to the actor."""

    locale: str
    zone: str
    today: date


@member_read
def setting(work: Work[Member]) -> Setting:
    """Admins write in the organization's language; others read in their own."""
    return work.once(_setting)


def _setting(work: Work[Member]) -> Setting:
    zone = work.get(Organization, work.actor.organization_id).time_zone
    admin = isinstance(work.actor, AdminActor)
    return Setting(_organizations(work) if admin else _own(work), zone, today(work))


@member_read
def spoken_to(work: Work[Member]) -> str:
    """The language of the actor's screens: those of admins are in English."""
    return ENGLISH if isinstance(work.actor, AdminActor) else _own(work)


def _own(work: Work[Member]) -> str:
    """The language of the person, else of their party, else of the organization."""
    persons = select(Contact.locale).where(Contact.membership_id == work.actor.membership_id)
    customers = select(Customer.locale)
    return (
        work.exec(persons).one_or_none()
        or (work.exec(customers).one() if isinstance(work.actor, CustomerActor) else "")
        or _organizations(work)
    )


def _organizations(work: Work[Member]) -> str:
    return work.exec(select(OrganizationProfile.locale)).one_or_none() or ENGLISH
