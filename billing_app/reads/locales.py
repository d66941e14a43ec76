"""The language, zone and day in which somebody is shown what they see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam
from sqlmodel import col, select

from billing_app.access.actors import AdminActor, CustomerActor, Member
from billing_app.access.guard import member_read
from billing_app.access.work import Work
from billing_app.kernel.tongue import ENGLISH
from billing_app.ledger.days import today_in
from billing_app.models.books import OrganizationProfile
from billing_app.models.contact import Contact
from billing_app.models.organization import Organization
from billing_app.models.party import Customer


@dataclass(frozen=True)
class Setting:
    """How amounts, moments and days are shown to the actor."""

    locale: str
    zone: str
    currency: str
    """That of the organization, in which it reckons unless a document says otherwise."""

    today: date


@member_read
def setting(work: Work[Member]) -> Setting:
    """Admins write in the organization's language; others read in their own."""
    return work.once(_setting)


def _setting(work: Work[Member]) -> Setting:
    zone, currency, locale = work.exec(_SETTINGS).one()
    if not isinstance(work.actor, AdminActor):
        locale = _persons(work) or locale
    return Setting(locale=locale or ENGLISH, zone=zone, currency=currency, today=today_in(zone))


@member_read
def spoken_to(work: Work[Member]) -> str:
    """The language of the actor's screens: those of admins are in English."""
    return ENGLISH if isinstance(work.actor, AdminActor) else _own(work)


def _own(work: Work[Member]) -> str:
    """The language of the person, else of their party, else of the organization."""
    return _persons(work) or work.exec(_ORGANIZATIONS).one_or_none() or ENGLISH


def _persons(work: Work[Member]) -> str:
    """The language of the person, else of their party."""
    person = {"id": work.actor.membership_id}
    own = work.exec(_PERSONS, params=person).one_or_none()
    if own or not isinstance(work.actor, CustomerActor):
        return own or ""
    return work.exec(_CUSTOMERS).one()


_PERSONS = select(Contact.locale).where(col(Contact.membership_id) == bindparam("id"))
_CUSTOMERS = select(Customer.locale)
_ORGANIZATIONS = select(OrganizationProfile.locale)
_SETTINGS = select(Organization.time_zone, Organization.currency, OrganizationProfile.locale).join(
    OrganizationProfile, col(OrganizationProfile.organization_id) == Organization.id, isouter=True
)
