"""What both sides of a document are called when it goes out, for every reprint to say again."""

from __future__ import annotations

from sqlmodel import select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.models.books import OrganizationProfile
from billing_app.models.organization import Organization
from billing_app.models.party import Customer, Partner


@command_step
def both_sides(work: Work[Clerk], party: Customer | Partner) -> dict[str, dict[str, str]]:
    """Who asks and who is asked, with names, addresses and tax ids as they are now."""
    return {"from": _own_words(work), "to": _words_of(party)}


def _own_words(work: Work[Clerk]) -> dict[str, str]:
    profile = work.exec(_PROFILE).one()
    name = work.get(Organization, work.actor.organization_id).name
    return {
        "name": name,
        "legal_name": profile.legal_name or name,
        "abn": profile.abn,
        "tax_id": profile.tax_id,
        "address": profile.address,
        "bank_details": profile.bank_details,
        "colour": profile.colour,
        "locale": profile.locale,
    }


def _words_of(party: Customer | Partner) -> dict[str, str]:
    words = {"name": party.name, "legal_name": party.name, "email": party.email}
    if isinstance(party, Customer):
        words |= {
            "legal_name": party.legal_name or party.name,
            "address": party.address,
            "tax_id": party.tax_id,
            "locale": party.locale,
        }
    return words


_PROFILE = select(OrganizationProfile)
