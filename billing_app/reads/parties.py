"""One customer or partner, as the admins of the workspace see them."""

from __future__ import annotations

from dataclasses import dataclass

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.models.party import Customer, Partner
from billing_app.reads.bounces import came_back
from billing_app.reads.flagged import customer_flags
from billing_app.reads.locales import setting
from billing_app.reads.times import on_day


@dataclass(frozen=True)
class PartyRecord:
    """What is on record about a party. ``detail`` is a customer's terms, a partner's kind.

    ``flags`` are a customer's: that a debt of theirs was given up as bad. ``came_back`` is the
    day on which it was noted that the last letter to them did not arrive.
    """

    id: str
    name: str
    email: str
    detail: str
    since: str
    archived: bool
    flags: list[str]
    came_back: str


@admin_read()
def customer(work: Work[AdminActor], customer_id: str) -> PartyRecord:
    """A customer's record."""
    found = work.find(Customer, customer_id)
    flags = customer_flags(work, [found.id])[found.id]
    return _record(work, found, f"{found.due_days} days after the invoice", flags)


@admin_read()
def partner(work: Work[AdminActor], partner_id: str) -> PartyRecord:
    """A partner's record."""
    found = work.find(Partner, partner_id)
    return _record(work, found, found.kind.capitalize(), [])


def _record(
    work: Work[AdminActor], party: Customer | Partner, detail: str, flags: list[str]
) -> PartyRecord:
    zone = setting(work).zone
    return PartyRecord(
        id=party.shown_id,
        name=party.name,
        email=party.email,
        detail=detail,
        since=on_day(party.created_at, zone),
        archived=party.archived_at is not None,
        flags=flags,
        came_back=came_back(work, [party.email]).get(party.email, ""),
    )
