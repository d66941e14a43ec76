"""The head of a paper: both sides as they were when it was issued, and how the page looks."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlmodel import select

from billing_app.access.actors import SystemActor
from billing_app.access.guard import system_read
from billing_app.access.work import Work
from billing_app.kernel.numerals import LOCALES
from billing_app.kernel.tongue import ENGLISH
from billing_app.ledger.days import today
from billing_app.models.books import OrganizationProfile
from billing_app.models.organization import Organization
from billing_app.models.party import Customer, Partner
from billing_app.reads.paper import Head, Kind, Said, Side

# Where the money is one of these, the paper in the printer is a US Letter.
_LETTER_CURRENCIES = frozenset({"USD", "CAD", "MXN", "PHP", "COP", "CLP"})


@system_read
def head_of(
    work: Work[SystemActor],
    said: Said,
    *,
    document_id: str,
    kind: Kind,
    number: str,
    currency: str,
    dated_on: date,
    as_issued: bool,
) -> Head:
    """The head, from what both sides were called at issue.

    What was left empty then and has been filled in since is taken from now: that adds what was
    missing, and changes nothing that was said. The logo is always the present one.
    """
    profile = work.exec(select(OrganizationProfile)).one()
    own = work.exec(select(Organization)).one()
    issuer, recipient = said["from"], said["to"]
    locale = str(recipient.get("locale") or issuer.get("locale") or ENGLISH)
    return Head(
        id=document_id,
        kind=kind,
        number=number,
        currency=currency,
        locale=locale if locale in LOCALES else ENGLISH,
        issuer=Side(
            name=issuer["legal_name"],
            address=issuer.get("address") or profile.address,
            abn=issuer.get("abn") or profile.abn,
            tax_id=issuer.get("tax_id") or profile.tax_id,
        ),
        recipient=_side(recipient),
        dated_on=dated_on,
        as_at=None if as_issued else today(work),
        colour=issuer.get("colour") or profile.colour,
        logo=profile.logo or b"",
        is_letter=(profile.paper or _usual_paper(own.currency)) == "letter",
    )


@system_read
def sides_now(work: Work[SystemActor], party: Customer | Partner) -> Said:
    """Both sides as they are called today, for papers that belong to no document."""
    profile = work.exec(select(OrganizationProfile)).one()
    own = work.exec(select(Organization)).one()
    to = {"legal_name": party.name}
    if isinstance(party, Customer):
        to = {
            "legal_name": party.legal_name or party.name,
            "address": party.address,
            "tax_id": party.tax_id,
            "locale": party.locale,
        }
    return {"from": {"legal_name": profile.legal_name or own.name, "locale": profile.locale}} | {
        "to": to
    }


def _usual_paper(currency: str) -> str:
    return "letter" if currency in _LETTER_CURRENCIES else "a4"


def _side(said: dict[str, Any]) -> Side:
    return Side(
        name=said["legal_name"], address=said.get("address", ""), tax_id=said.get("tax_id", "")
    )
