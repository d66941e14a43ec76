"""Customers' credit: its lots with what is left of each, and requests for more of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, literal, or_
from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Member
from billing_app.access.guard import admin_read, member_read
from billing_app.access.kept import one_of_these
from billing_app.access.work import Work
from billing_app.kernel.currencies import read_currency
from billing_app.kernel.entries import read_search
from billing_app.kernel.errors import Invalid
from billing_app.ledger.accounts import Code
from billing_app.models.credit import CreditLot, CreditRequest
from billing_app.models.ledger import Posting
from billing_app.models.party import Customer
from billing_app.reads.invoice_view import PaidView, applied_to
from billing_app.reads.locales import Setting, setting
from billing_app.reads.methods import ORIGINS
from billing_app.reads.numbers import numbered
from billing_app.reads.paging import ONE_MORE, cut
from billing_app.reads.party_names import party_names
from billing_app.reads.planned_charges import waiting_for_charge
from billing_app.reads.shown import Amount, amount, day
from billing_app.reads.standings import request_figures_of
from billing_app.reads.statuses import Flag, request_flags, request_status
from billing_app.reads.typed import minor_typed, parties_typed

_STATES = ("draft", "raised", "void")


@dataclass(frozen=True)
class LotRow:
    """Credit that came at once, and what of it was not used yet."""

    id: str
    made_on: str
    origin: str
    reason: str
    amount: Amount
    left: Amount


@dataclass(frozen=True)
class LotPage:
    """One page of lots; ``after`` asks for the next one, empty on the last."""

    rows: list[LotRow]
    after: str


@dataclass(frozen=True)
class RequestRow:
    """A Credit Request, as a line of a list. A draft has no number yet."""

    id: str
    number: str
    party_id: str
    party: str
    description: str
    raised_on: str
    due_on: str
    total: Amount
    still_to_pay: Amount
    status: str
    flags: list[str]


@dataclass(frozen=True)
class RequestPage:
    """One page of Credit Requests; ``after`` asks for the next one, empty on the last."""

    rows: list[RequestRow]
    after: str


@dataclass(frozen=True)
class RequestView:
    """A Credit Request, as its page shows it."""

    row: RequestRow
    version: int
    payments: list[PaidView]


@admin_read()
def credit_lots(work: Work[AdminActor], customer_id: str, *, after: str = "") -> LotPage:
    """A page of a customer's lots of credit, the newest first."""
    customer = work.find(Customer, customer_id)
    wanted = select(CreditLot).where(CreditLot.customer_id == customer.id)
    if after:
        wanted = wanted.where(col(CreditLot.id) < work.find(CreditLot, after).id)
    ordered = wanted.order_by(col(CreditLot.id).desc()).limit(ONE_MORE)
    page, last = cut(work.exec(ordered).all())
    return LotPage(lot_rows(work, page), last.shown_id if last else "")


@admin_read()
def lot_rows(work: Work[AdminActor], lots: Sequence[CreditLot]) -> list[LotRow]:
    """Lots as lines of a list, with what is left of each."""
    left = _left(work, [lot.id for lot in lots])
    locale = setting(work).locale
    return [
        LotRow(
            id=lot.shown_id,
            made_on=day(lot.made_on),
            origin=ORIGINS[lot.origin],
            reason=lot.reason,
            amount=amount(lot.amount_minor, lot.currency, locale),
            left=amount(left.get(lot.id, 0), lot.currency, locale),
        )
        for lot in lots
    ]


@admin_read()
def credit_requests(
    work: Work[AdminActor],
    *,
    customer_id: str = "",
    state: str = "",
    currency: str = "",
    since: date | None = None,
    until: date | None = None,
    search: str = "",
    after: str = "",
) -> RequestPage:
    """A page of Credit Requests, the newest first.

    They are found by number, by the name or e-mail address of their customer, and by amount;
    ``since`` and ``until`` are days on which they were raised.
    """
    conditions = request_conditions(work, customer_id=customer_id, state=state, search=search)
    if currency:
        conditions.append(col(CreditRequest.currency) == read_currency(currency))
    if since:
        conditions.append(col(CreditRequest.raised_on) >= since)
    if until:
        conditions.append(col(CreditRequest.raised_on) <= until)
    return request_page(work, select(CreditRequest).where(*conditions), after=after)


@admin_read()
def request_conditions(
    work: Work[AdminActor], *, customer_id: str, state: str, search: str
) -> list[Any]:
    """What a Credit Request meets that is wanted."""
    conditions: list[Any] = []
    if customer_id:
        conditions.append(CreditRequest.customer_id == Customer.read_id(customer_id))
    nothing: Any = literal(0, literal_execute=True)
    if state == "to pay":
        conditions.append(col(CreditRequest.still_to_pay_minor) > nothing)
    elif state == "paid":
        conditions.append(CreditRequest.state == "raised")
        conditions.append(col(CreditRequest.still_to_pay_minor) == nothing)
    elif state in _STATES:
        conditions.append(CreditRequest.state == state)
    elif state:
        raise Invalid("Choose drafts, raised, to pay, paid, or void.", field="state")
    typed = read_search(search)
    return [*conditions, _found_by(work, typed)] if typed else conditions


@admin_read()
def credit_request(work: Work[AdminActor], credit_request_id: str) -> RequestView:
    """A Credit Request of the organization, a draft too."""
    return request_view(work, credit_request_id)


@member_read
def request_page(work: Work[Member], wanted: Any, *, after: str) -> RequestPage:
    """A page of the Credit Requests wanted."""
    if after:
        wanted = wanted.where(col(CreditRequest.id) < work.find(CreditRequest, after).id)
    ordered = wanted.order_by(col(CreditRequest.id).desc()).limit(ONE_MORE)
    page, last = cut(work.exec(ordered).all())
    return RequestPage(request_rows(work, page, setting(work)), last.shown_id if last else "")


@member_read
def request_view(work: Work[Member], credit_request_id: str) -> RequestView:
    """A Credit Request that the actor may see."""
    found = work.find(CreditRequest, credit_request_id)
    shown = setting(work)
    return RequestView(
        row=request_rows(work, [found], shown)[0],
        version=found.version,
        payments=applied_to(work, found, shown),
    )


@member_read
def request_rows(
    work: Work[Member], page: Sequence[CreditRequest], shown: Setting
) -> list[RequestRow]:
    """Credit Requests as lines of a list, with what follows from their sums."""
    names = party_names(work, (request.customer_id for request in page))
    figures = request_figures_of(work, page)
    pending = waiting_for_charge(work, page)
    rows = []
    for request in page:
        own = figures[request.id]
        party_id, party = names[request.customer_id]
        rows.append(
            RequestRow(
                id=request.shown_id,
                number=request.number or "",
                party_id=party_id,
                party=party,
                description=request.description,
                raised_on=day(request.raised_on),
                due_on=day(request.due_on),
                total=amount(request.total_minor, request.currency, shown.locale),
                still_to_pay=amount(request.still_to_pay_minor, request.currency, shown.locale),
                status=request_status(request.state, own),
                flags=[
                    *request_flags(own),
                    *((Flag.PENDING,) if request.id in pending else ()),
                ],
            )
        )
    return rows


def _found_by(work: Work[AdminActor], typed: str) -> Any:
    ways = [numbered(work, CreditRequest.number, typed)]
    ways.append(one_of_these(CreditRequest.customer_id, parties_typed(work, Customer, typed)))
    minor = minor_typed(work, typed)
    return or_(*ways, *([col(CreditRequest.total_minor) == minor] if minor is not None else []))


def _left(work: Work[AdminActor], lots: Sequence[UUID]) -> dict[UUID, int]:
    """What account 2000 holds for each lot: it grows by credits and falls by debits."""
    left: dict[UUID, int] = {}
    for side, sign in (("credit", 1), ("debit", -1)):
        item, account = getattr(Posting, f"{side}_item_id"), getattr(Posting, f"{side}_account")
        wanted: Any = (
            select(item, func.sum(Posting.amount_minor))
            .where(item.in_(lots), account == Code.CUSTOMER_CREDIT)
            .group_by(item)
        )
        for lot_id, minor in work.exec(wanted):
            left[lot_id] = left.get(lot_id, 0) + sign * int(minor)
    return left
