"""What the audit log calls a thing that somebody looks for, and all that was done around it.

An invoice is looked for by its number; with it come its payments, its notes, its link. A
customer or partner is looked for by how their name begins; with them come their documents.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.entries import read_search, sort_form
from billing_app.kernel.errors import NotFound
from billing_app.kernel.ids import show
from billing_app.models.attempt import AttemptClaim, PaymentAttempt
from billing_app.models.base import OrgOwned
from billing_app.models.contact import Contact
from billing_app.models.credit import Adjustment, CreditRequest
from billing_app.models.gateway import PaymentMethod
from billing_app.models.invoice import CreditNote, Invoice, WriteOff
from billing_app.models.party import Customer, Partner
from billing_app.models.pay_link import PayLink
from billing_app.models.payment import Allocation, Payment, Refund
from billing_app.reads.beginnings import begins

_MOST_NAMES = 20
_MOST_OF_EACH = 200
"""So many of the youngest things of each kind around one are looked into."""

_ID = re.compile(r"[a-z]{3}_[0-9a-z]{26}")

# Whose they are, by the column that says so.
_OF_CUSTOMERS: tuple[Any, ...] = (
    *(Invoice, CreditRequest, Payment, Refund, PaymentAttempt),
    *(Adjustment, PaymentMethod, Contact),
)
_OF_PARTNERS: tuple[Any, ...] = (Invoice, Payment, Contact)


@admin_read()
def subjects_of(work: Work[AdminActor], typed: str) -> list[str]:
    """The ids under which the log has it; none where there is no such thing."""
    wanted = read_search(typed)
    if _ID.fullmatch(wanted):
        found = {wanted}
        for kind in (Invoice, CreditRequest):
            if kind.is_named_by(wanted):
                with suppress(NotFound):
                    found |= _around(work, kind, [kind.read_id(wanted)])
        return sorted(found)
    return sorted(_numbered(work, wanted) | _named(work, wanted))


def _numbered(work: Work[AdminActor], typed: str) -> set[str]:
    """Documents whose number this is, and what was done around them."""
    numbers = {typed, typed.upper()}
    found: set[str] = set()
    for kind in (Invoice, CreditRequest):
        ids = list(work.exec(select(kind.id).where(col(kind.number).in_(numbers))))
        found |= _shown(kind, ids) | _around(work, kind, ids)
    notes = work.exec(select(CreditNote.id).where(col(CreditNote.number).in_(numbers)))
    found |= _shown(CreditNote, notes)
    receipts = work.exec(select(Payment.id).where(col(Payment.number).in_(numbers)))
    return found | _shown(Payment, receipts)


def _named(work: Work[AdminActor], typed: str) -> set[str]:
    """Customers and partners whose names begin so, and what is theirs."""
    form = sort_form(typed)
    found: set[str] = set()
    for party, column, kinds in (
        (Customer, "customer_id", _OF_CUSTOMERS),
        (Partner, "partner_id", _OF_PARTNERS),
    ):
        named = select(party.id).where(begins(party.sort_name, form))
        ids = list(work.exec(named.order_by(col(party.sort_name)).limit(_MOST_NAMES)))
        if not ids:
            continue
        found |= _shown(party, ids)
        for kind in kinds:
            found |= _pointing(work, kind, column, ids)
    return found


def _around(work: Work[AdminActor], kind: type[OrgOwned], ids: list[UUID]) -> set[str]:
    """What was done to documents, by the ids under which that is noted."""
    if not ids:
        return set()
    if kind is CreditRequest:
        column = "credit_request_id"
        found = _pointing(work, PayLink, column, ids)
    else:
        column = "invoice_id"
        found = set()
        for pointing in (PayLink, CreditNote, WriteOff):
            found |= _pointing(work, pointing, column, ids)
    for bridge, end, what in (
        (AttemptClaim, "attempt_id", PaymentAttempt),
        (Allocation, "payment_id", Payment),
    ):
        there: Any = getattr(bridge, end)
        crossed = select(there).where(col(getattr(bridge, column)).in_(ids))
        reached = {each for each in work.exec(crossed.limit(_MOST_OF_EACH)) if each}
        found |= _shown(what, reached)
        if what is Payment and reached:
            found |= _pointing(work, Refund, "payment_id", reached)
    return found


def _pointing(work: Work[AdminActor], kind: Any, column: str, ids: Collection[UUID]) -> set[str]:
    asked = select(kind.id).where(col(getattr(kind, column)).in_(ids))
    return _shown(kind, work.exec(asked.order_by(col(kind.id).desc()).limit(_MOST_OF_EACH)))


def _shown(kind: Any, ids: Any) -> set[str]:
    return {show(kind.prefix, each) for each in ids}
