"""What a customer's contact can pay in the portal: one document, or several in one go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import literal
from sqlmodel import col, select

from billing_app.access.actors import CustomerActor
from billing_app.access.guard import customer_read
from billing_app.access.work import Work
from billing_app.kernel.amounts import read_amount, show_amount
from billing_app.kernel.errors import Conflict, Invalid, NotFound
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import TooMuch
from billing_app.kernel.tongue import language, tell
from billing_app.models.attempt import HOLDING, AttemptClaim
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice, PlanPart
from billing_app.reads.locales import Setting, setting
from billing_app.reads.paging import PAGE
from billing_app.reads.payable import (
    Document,
    Much,
    Standing,
    due_now,
    due_words,
    on_its_way,
    standing,
    transfers_chosen,
)
from billing_app.reads.shown import Amount, amount, titled
from billing_app.reads.statuses import Figures, dues

MOST_AT_ONCE = PAGE
"""So many documents of each kind are offered together, and paid in one go."""


class MoreThanIsLeft(TooMuch):
    """More than the documents ask for together."""

    def __init__(self, most: Money) -> None:
        amount = show_amount(most, language())
        Conflict.__init__(
            self,
            tell("At most %(amount)s is left to pay. Nothing was recorded.", amount=amount)
            if most
            else tell("Nothing is left to pay. Nothing was recorded."),
        )


@dataclass(frozen=True, kw_only=True)
class Payable:
    """A document that asks for money, and how much of it can be paid now."""

    id: str
    what: str
    due: str
    due_first: date
    """By when the first of it is due, or was."""

    late: bool
    standing: Standing
    total: Amount
    still_to_pay: Amount
    on_its_way: Amount
    most: Amount
    due_now: Amount
    awaited: Amount
    """What they chose to pay by bank transfer and has not arrived yet."""

    open_page: Amount
    """What the gateway's page is open for that somebody left unfinished; paying here closes it."""


@dataclass(frozen=True)
class Share:
    """What one document gets."""

    id: str
    what: str
    amount: Amount


@dataclass(frozen=True)
class Shares:
    """How an amount is shared out: by the day they are due, as far as it reaches."""

    rows: list[Share]
    total: Amount


@dataclass(frozen=True)
class Offer:
    """What some documents come to together: all that can be paid, and what of it is due."""

    most: Amount
    due_now: Amount


@customer_read
def payables(work: Work[CustomerActor], named: Sequence[str] = ()) -> list[Payable]:
    """These documents of the customer, or all that ask for money: those due first on top."""
    shown = setting(work)
    found = _named(work, named) if named else _open(work)
    claims, parts = _claims(work, found), _plans(work, found)
    chosen = set(work.exec(transfers_chosen()))
    rows = [_payable(each, claims[each.id], parts[each.id], chosen, shown) for each in found]
    return sorted(rows, key=lambda row: (row.due_first, row.id))


@customer_read
def shares(work: Work[CustomerActor], named: Sequence[str], *, much: str, typed: str) -> Shares:
    """What each of these documents gets of what was chosen. Amounts are ours, or typed ones."""
    rows, locale = _together(work, named), setting(work).locale
    currency = rows[0].most.currency
    match much:
        case Much.ALL:
            minors = [row.most.minor for row in rows]
        case Much.PART:
            minors = [row.due_now.minor for row in rows]
        case Much.OTHER:
            minors = _in_turn(rows, read_amount(typed, currency, locale).money)
        case _:
            raise Invalid(tell("Choose how much to pay. Nothing was charged."), field="much")
    return Shares(
        [
            Share(row.id, row.what, amount(minor, currency, locale))
            for row, minor in zip(rows, minors, strict=True)
            if minor
        ],
        amount(sum(minors), currency, locale),
    )


@customer_read
def offer(work: Work[CustomerActor], named: Sequence[str]) -> Offer:
    """What can be paid of these documents together."""
    rows, locale = _together(work, named), setting(work).locale
    currency = rows[0].most.currency
    return Offer(
        amount(sum(row.most.minor for row in rows), currency, locale),
        amount(sum(row.due_now.minor for row in rows), currency, locale),
    )


def _together(work: Work[CustomerActor], named: Sequence[str]) -> list[Payable]:
    """Documents that one payment can be for."""
    if not named:
        raise Invalid(tell("Choose what to pay. Nothing was charged."), field="documents")
    rows = payables(work, named)
    if len({row.most.currency for row in rows}) > 1:
        raise Invalid(
            tell("Pay what is in different currencies one after the other. Nothing was charged."),
            field="documents",
        )
    return rows


def _in_turn(rows: Sequence[Payable], given: Money) -> list[int]:
    """The earliest first, each as much as it takes."""
    most = Money(sum(row.most.minor for row in rows), given.currency)
    if given > most:
        raise MoreThanIsLeft(most)
    rest, minors = given.minor, []
    for row in rows:
        minors.append(min(rest, row.most.minor))
        rest -= minors[-1]
    return minors


def _open(work: Work[CustomerActor]) -> list[Document]:
    """What still asks for money: of each kind, those due first."""
    # Written out in the statement, so that the indexes of what is open are known to hold it.
    nothing: Any = literal(0, literal_execute=True)
    invoices = select(Invoice).where(col(Invoice.still_to_pay_minor) > nothing)
    requests = select(CreditRequest).where(col(CreditRequest.still_to_pay_minor) > nothing)
    by_day = invoices.order_by(col(Invoice.due_on), col(Invoice.id))
    asked = requests.order_by(col(CreditRequest.due_on), col(CreditRequest.id))
    return [*work.exec(by_day.limit(MOST_AT_ONCE)), *work.exec(asked.limit(MOST_AT_ONCE))]


def _named(work: Work[CustomerActor], named: Sequence[str]) -> list[Document]:
    if len(named) > 2 * MOST_AT_ONCE or len(set(named)) != len(named):
        raise NotFound
    requests = [CreditRequest.read_id(each) for each in named if CreditRequest.is_named_by(each)]
    invoices = [Invoice.read_id(each) for each in named if not CreditRequest.is_named_by(each)]
    found: list[Document] = [
        *work.get_all(Invoice, invoices).values(),
        *work.get_all(CreditRequest, requests).values(),
    ]
    if len(found) != len(named):
        raise NotFound
    return found


def _claims(
    work: Work[CustomerActor], documents: Sequence[Document]
) -> dict[UUID, list[AttemptClaim]]:
    """The claims on these documents whose money may still come."""
    claims: dict[UUID, list[AttemptClaim]] = defaultdict(list)
    live = col(AttemptClaim.attempt_state).in_((*HOLDING, "processing"))
    ids = [document.id for document in documents]
    for column in (AttemptClaim.invoice_id, AttemptClaim.credit_request_id):
        for claim in work.exec(select(AttemptClaim).where(live, col(column).in_(ids))):
            claims[claim.invoice_id or claim.credit_request_id].append(claim)  # type: ignore[index]
    return claims


def _plans(
    work: Work[CustomerActor], documents: Sequence[Document]
) -> dict[UUID, list[tuple[Any, int]]]:
    parts: dict[UUID, list[tuple[Any, int]]] = defaultdict(list)
    wanted = select(PlanPart).where(
        col(PlanPart.invoice_id).in_([document.id for document in documents])
    )
    for part in work.exec(wanted.order_by(col(PlanPart.due_on), col(PlanPart.position))):
        parts[part.invoice_id].append((part.due_on, part.amount_minor))
    return parts


def _payable(
    document: Document,
    claims: Sequence[AttemptClaim],
    parts: Sequence[tuple[Any, int]],
    chosen: Set[UUID],
    shown: Setting,
) -> Payable:
    still, coming = document.still_to_pay_minor, on_its_way(claims)
    most = max(still - coming, 0)
    figures = Figures(total=document.total_minor, still_to_pay=still)
    due = dues(document.due_on, parts, figures)

    def show(minor: int) -> Amount:
        return amount(minor, document.currency, shown.locale)

    return Payable(
        id=document.shown_id,
        what=titled(document),
        due=due_words(document, due, shown.today),
        due_first=next((each.on for each in due if each.left), date.max),
        late=isinstance(document, Invoice)
        and any(each.left and each.on < shown.today for each in due),
        standing=standing(document, most, claims),
        total=show(document.total_minor),
        still_to_pay=show(still),
        on_its_way=show(min(coming, still)),
        most=show(most),
        due_now=show(due_now(due, coming, shown.today)),
        awaited=show(sum(claim.amount_minor for claim in claims if claim.attempt_id in chosen)),
        open_page=show(
            sum(
                claim.amount_minor
                for claim in claims
                if claim.attempt_state == "requires_action" and claim.attempt_id not in chosen
            )
        ),
    )
