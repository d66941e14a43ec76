"""Payments and attempts as somebody looks for them: by whoever paid, for what, how much, by name.

Each way to be found is a list of conditions of its own, so that it is asked from its own index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col, or_, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.kept import one_of_these
from billing_app.access.work import Work
from billing_app.kernel.entries import read_search
from billing_app.models.attempt import AttemptClaim, PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer, Partner
from billing_app.models.payment import Allocation, Payment
from billing_app.reads.beginnings import begins
from billing_app.reads.numbers import numbered
from billing_app.reads.typed import MOST, minor_typed, parties_typed

Ways = list[list[Any]]


@dataclass(frozen=True)
class Sought:
    """The ways in which payments can be meant, and what was meant if there is none in any.

    That is part of a reference. It lies anywhere, so every payment is read for it.
    """

    ways: Ways
    otherwise: list[Any] | None = None


@admin_read()
def payment_ways(
    work: Work[AdminActor], *, party_id: str = "", search: str = "", currency: str = ""
) -> Ways:
    """What a payment meets that is sought, for each way in which some are found."""
    sought = payments_sought(work, party_id=party_id, search=search, currency=currency)
    if sought.otherwise is None or is_any(work, sought.ways):
        return sought.ways
    return [sought.otherwise]


@admin_read()
def payments_sought(
    work: Work[AdminActor], *, party_id: str = "", search: str = "", currency: str = ""
) -> Sought:
    """The same, before it is known whether anything is found in any of these ways."""
    of_party = [_of_party(party_id)] if party_id else []
    typed = read_search(search)
    if not typed:
        return Sought([of_party])
    ways = [[*of_party, way] for way in _payments_found(work, typed, currency)]
    within = col(Payment.reference).icontains(typed, autoescape=True)
    return Sought(ways, otherwise=[*of_party, within])


@admin_read()
def is_any(work: Work[AdminActor], ways: Ways) -> bool:
    """Whether any payment is found in any of these ways."""
    return any(work.exec(select(Payment.id).where(*way).limit(1)).first() for way in ways)


@admin_read()
def attempt_ways(work: Work[AdminActor], *, search: str = "", currency: str = "") -> Ways:
    """The same for attempts to take money through the payment provider."""
    typed = read_search(search)
    if not typed:
        return [[]]
    return [[way] for way in _attempts_found(work, typed, currency)]


def _of_party(party_id: str) -> Any:
    if Partner.is_named_by(party_id):
        return col(Payment.partner_id) == Partner.read_id(party_id)
    return col(Payment.customer_id) == Customer.read_id(party_id)


def _payments_found(work: Work[AdminActor], typed: str, currency: str) -> Iterator[Any]:
    for kind, column in ((Customer, Payment.customer_id), (Partner, Payment.partner_id)):
        if ids := parties_typed(work, kind, typed):
            yield one_of_these(column, ids)
    for kind, column in _documents(Allocation):
        if ids := _numbered(work, kind, typed):
            yield one_of_these(Payment.id, _those_of(work, Allocation.payment_id, column, ids))
    known = select(PaymentAttempt.id).where(PaymentAttempt.gateway_payment == typed)
    if there := work.exec(known).all():
        yield one_of_these(Payment.attempt_id, there)
    yield col(Payment.number) == typed.upper()
    forms = {typed, typed.upper(), typed.lower(), typed.capitalize()}
    yield or_(*(begins(Payment.reference, form) for form in forms))
    minor = minor_typed(work, typed, currency)
    if minor is not None:
        yield col(Payment.amount_minor) == minor


def _attempts_found(work: Work[AdminActor], typed: str, currency: str) -> Iterator[Any]:
    if ids := parties_typed(work, Customer, typed):
        yield one_of_these(PaymentAttempt.customer_id, ids)
    for kind, column in _documents(AttemptClaim):
        if ids := _numbered(work, kind, typed):
            yield one_of_these(
                PaymentAttempt.id, _those_of(work, AttemptClaim.attempt_id, column, ids)
            )
    yield col(PaymentAttempt.gateway_payment) == typed
    yield col(PaymentAttempt.gateway_session) == typed
    minor = minor_typed(work, typed, currency)
    if minor is not None:
        yield col(PaymentAttempt.amount_minor) == minor


def _documents(pays: Any) -> tuple[tuple[Any, Any], ...]:
    return (Invoice, pays.invoice_id), (CreditRequest, pays.credit_request_id)


def _those_of(
    work: Work[AdminActor], what: Any, column: Any, ids: Sequence[UUID]
) -> Sequence[UUID]:
    """What was paid or begun for these documents.

    It is asked for first: a database that is told both at once, and to begin with the latest,
    may walk through all payments to find few.
    """
    asked = select(what).where(one_of_these(column, ids), col(what).is_not(None)).distinct()
    return work.exec(asked).all()


def _numbered(work: Work[AdminActor], kind: Any, typed: str) -> Sequence[UUID]:
    """The documents that are called so."""
    found = select(kind.id).where(numbered(work, kind.number, typed))
    return work.exec(found.order_by(col(kind.number)).limit(MOST)).all()
