"""Credit Requests: money asked for up front. Never revenue, never taxed, never a debt.

Raising one posts nothing. What is paid on it becomes the customer's credit, a lot for each
payment; ``record_payment`` does that as for an invoice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command, command_step
from billing_app.access.outbox import PAYMENT_REQUEST, PRINT_PAPER, owe
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_line
from billing_app.kernel.errors import Conflict, Invalid
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import new_id
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import above_zero
from billing_app.ledger import book
from billing_app.ledger.days import day_of_act
from billing_app.models.credit import CreditLot, CreditRequest
from billing_app.models.invoice import LONGEST_DESCRIPTION
from billing_app.models.ledger import LONGEST_REASON
from billing_app.models.party import Customer
from billing_app.models.payment import Allocation
from billing_app.services.allocating import still_applied, take_back
from billing_app.services.asking_to_pay import ask_by_letter
from billing_app.services.claiming import refuse_in_flight
from billing_app.services.closing import close_at_raise, lock_request
from billing_app.services.drafting import DraftChanged, PartyArchived
from billing_app.services.naming import named
from billing_app.services.numbering import Numbered, take_number
from billing_app.services.picturing import both_sides
from billing_app.services.repeating import keep_new, once, remember


class Asks(StrEnum):
    """How a request asks for its money once it is raised."""

    AS_AGREED = "as agreed"
    """Charged by itself where the customer agreed to that, and by letter where not."""

    BY_LETTER = "by letter"
    NOT_YET = "not yet"


class RequestStands(Conflict):
    """The request was raised or voided; what it says stands."""

    def __init__(self, request: CreditRequest) -> None:
        became = "is void" if request.state == "void" else "was already raised"
        super().__init__(f"{named(request)} {became}. Nothing was changed.")


class RequestNotRaised(Conflict):
    """A draft asks for nothing, so there is nothing to void."""

    sentence = "This is still a draft. Delete it instead; nothing was voided."


class RequestVoid(Conflict):
    """What is void stays void."""

    def __init__(self, request: CreditRequest) -> None:
        super().__init__(f"{named(request)} is void already. Nothing was changed.")


class DueBeforeRaised(Invalid):
    """The due date lies before the day on which the request is raised."""

    def __init__(self, due_on: date, raised_on: date) -> None:
        super().__init__(
            f"It would be due on {due_on.isoformat()}, before it is raised on"
            f" {raised_on.isoformat()}. Choose a later due date; nothing was raised.",
            field="due_on",
        )


@admin_command(Permission.KEEP_INVOICES)
def draft_request(
    work: Work[AdminActor],
    request_id: str,
    *,
    customer_id: str,
    amount: Money,
    description: str = "",
    due_on: date | None = None,
) -> str:
    """Write a credit request down. It has no number and asks for nothing yet.

    The id is drawn when the form opens, so sending the form again is harmless, whatever became
    of the draft since; one that was deleted stays deleted.
    """
    said = [customer_id, amount, description, due_on]
    if once(work, "", "draft_request", said, makes=request_id) is not None:
        return work.find(CreditRequest, request_id).shown_id
    customer = work.find(Customer, customer_id)
    if customer.archived_at is not None:
        raise PartyArchived(customer.name)
    request = CreditRequest(
        id=CreditRequest.read_id(request_id),
        customer_id=customer.id,
        currency=amount.currency,
        total_minor=above_zero(amount).minor,
        description=_description(description),
        drafted_at=clock.now(),
        due_on=due_on,
    )
    keep_new(work, request)
    return request.shown_id


@admin_command(Permission.KEEP_INVOICES)
def change_request(
    work: Work[AdminActor],
    request_id: str,
    *,
    version: int,
    amount: Money,
    description: str = "",
    due_on: date | None = None,
) -> str:
    """Write a draft anew, unless somebody else did since ``version`` was shown."""
    request = work.find(CreditRequest, request_id, lock=True)
    _refuse_standing(request, version)
    request.total_minor = above_zero(amount).minor
    request.currency = amount.currency
    request.description = _description(description)
    request.due_on = due_on
    request.version += 1
    return request.shown_id


@admin_command(Permission.KEEP_INVOICES)
def delete_request(work: Work[AdminActor], request_id: str) -> str:
    """Throw a draft away. It never had a number, so none is missing afterwards."""
    request = work.find(CreditRequest, request_id, lock=True)
    _refuse_standing(request)
    work.remove(request)
    return request_id


@admin_command(Permission.KEEP_INVOICES)
def raise_request(
    work: Work[AdminActor],
    request_id: str,
    *,
    on: date | None = None,
    version: int | None = None,
    asks: Asks = Asks.AS_AGREED,
    command_key: str = "",
) -> str:
    """Raise a draft: it takes its number, its words are frozen, and it asks for payment.

    Nothing is posted. Where 'Automatically mark Credit Requests paid' is on, credit that is
    there closes it first, and the customer is asked for the rest, if there is any.
    """
    first = once(work, command_key, "raise_request", [request_id, on, version, asks])
    if first is not None:
        return first
    customer, request = lock_request(work, request_id)
    _refuse_standing(request, version)
    if customer.archived_at is not None:
        raise PartyArchived(customer.name)
    stand(work, customer, request, on, asks=asks)
    remember(work, command_key, request.shown_id)
    return request.shown_id


@command_step
def stand(
    work: Work[Clerk],
    customer: Customer,
    request: CreditRequest,
    on: date | None = None,
    *,
    asks: Asks = Asks.AS_AGREED,
) -> None:
    """Have a draft stand: numbered, its words frozen, and asking for what credit does not close."""
    _date(work, request, customer, on)
    request.snapshot = json.dumps(both_sides(work, customer), ensure_ascii=False, sort_keys=True)
    request.number = take_number(work, Numbered.CREDIT_REQUEST)
    request.state = "raised"
    request.still_to_pay_minor = request.total_minor
    request.version += 1
    work.flush()
    reach("raise.numbered")
    close_at_raise(work, customer, request)
    owe(work, PRINT_PAPER, request.shown_id)
    if not request.still_to_pay_minor or asks is Asks.NOT_YET:
        return
    if asks is Asks.BY_LETTER:
        ask_by_letter(work, request, customer)
    else:
        owe(work, PAYMENT_REQUEST, request.shown_id)


@admin_command(Permission.KEEP_INVOICES)
def void_request(
    work: Work[AdminActor],
    request_id: str,
    *,
    reason: str,
    on: date | None = None,
    command_key: str = "",
) -> str:
    """Void a request: it asks for nothing any more, and keeps its number.

    What was paid on it stays the customer's credit; handing that back is a refund of credit.
    Credit that had closed it is free to close another.
    """
    first = once(work, command_key, "void_request", [request_id, reason, on])
    if first is not None:
        return first
    why = read_line(reason, longest=LONGEST_REASON, what="reason", field="reason")
    _, request = lock_request(work, request_id)
    if request.state == "draft":
        raise RequestNotRaised
    if request.state == "void":
        raise RequestVoid(request)
    refuse_in_flight(work, request)
    day = _open_day(work, on, since=request.raised_on)
    request.state, request.voided_on, request.void_reason = "void", day, why
    request.still_to_pay_minor = 0
    request.version += 1
    work.flush()
    reach("void.request_voided")
    for lot in _lots_that_closed(work, request):
        take_back(work, still_applied(work, lot, to=request.id), act_id=new_id(), on=day)
    reach("void.request_freed")
    remember(work, command_key, request.shown_id)
    return request.shown_id


def _refuse_standing(request: CreditRequest, version: int | None = None) -> None:
    if request.state != "draft":
        raise RequestStands(request)
    if version is not None and request.version != version:
        raise DraftChanged


def _description(typed: str) -> str:
    return read_line(
        typed,
        longest=LONGEST_DESCRIPTION,
        what="description",
        field="description",
        required=False,
    )


def _open_day(work: Work[Clerk], on: date | None, *, since: date | None = None) -> date:
    """The day of an act that posts nothing; it keeps out of closed books all the same."""
    day = day_of_act(work, on, since=since)
    book.refuse_closed(work, day)
    return day


def _date(work: Work[Clerk], request: CreditRequest, customer: Customer, on: date | None) -> None:
    request.raised_on = _open_day(work, on)
    request.raised_at = clock.now()
    request.due_on = request.due_on or request.raised_on + timedelta(days=customer.due_days)
    if request.due_on < request.raised_on:
        raise DueBeforeRaised(request.due_on, request.raised_on)


def _lots_that_closed(work: Work[Clerk], request: CreditRequest) -> Sequence[CreditLot]:
    used = select(col(Allocation.lot_id)).where(Allocation.credit_request_id == request.id)
    lots = select(CreditLot).where(col(CreditLot.id).in_(used))
    return work.exec(lots.order_by(col(CreditLot.id))).all()
