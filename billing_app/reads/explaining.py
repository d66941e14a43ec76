"""Explain: for any balance, total, status, part or flag, what makes it and the sum of it."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.currencies import is_currency
from billing_app.kernel.errors import Invalid, NotFound
from billing_app.ledger.accounts import CHART, RECEIVABLES, Code, Side
from billing_app.ledger.events import EFFECTS, Effect, Event, events_with
from billing_app.models.credit import CreditLot
from billing_app.models.invoice import Invoice, PlanPart
from billing_app.models.party import Customer, Partner
from billing_app.reads.locales import setting
from billing_app.reads.reasons import Explanation, Question, answer
from billing_app.reads.sentences import (
    FIGURES,
    Show,
    why_flag,
    why_part,
    why_status,
    why_total,
)
from billing_app.reads.shown import amount, day
from billing_app.reads.standings import Stand, standings_of
from billing_app.reads.statuses import Flag


class Figure(StrEnum):
    """The figures of an invoice that postings make."""

    TOTAL = "total"
    PAID = "paid"
    CREDITED = "credited"
    WRITTEN_OFF = "written off"
    STILL_TO_PAY = "still to pay"


class Balance(StrEnum):
    """A customer's three figures, by their labels."""

    CREDIT = "Credit available"
    OWED = "Owed on open invoices"
    INVOICE = "Invoice balance"


_RECEIVABLE, _CREDIT = (Code.CUSTOMER_RECEIVABLE,), (Code.CUSTOMER_CREDIT,)

# The accounts of each figure, the side on which it grows, and what it is.
_BALANCES: dict[Balance, tuple[tuple[Code, ...], Side, str]] = {
    Balance.CREDIT: (_CREDIT, Side.CREDIT, "What they have with us and did not use yet."),
    Balance.OWED: (_RECEIVABLE, Side.DEBIT, "What their issued invoices still ask for."),
    Balance.INVOICE: (
        (*_RECEIVABLE, *_CREDIT),
        Side.CREDIT,
        "The credit we hold less what is owed on invoices. Below zero, it is owed to us.",
    ),
}


# Each effect on a receivable as the figure it makes, and the side on which that grows.
_MAKES = {
    Figure.TOTAL: (Effect.TOTAL, Side.DEBIT),
    Figure.PAID: (Effect.PAID, Side.CREDIT),
    Figure.CREDITED: (Effect.CREDITED, Side.CREDIT),
    Figure.WRITTEN_OFF: (Effect.WRITTEN_OFF, Side.CREDIT),
}


@admin_read()
def explain_invoice(
    work: Work[AdminActor], invoice_id: str, figure: Figure, *, after: str = ""
) -> Explanation:
    """What makes one figure of an invoice. The total of a void one is what it was issued over."""
    if figure not in FIGURES:
        raise Invalid("Choose one of the figures of an invoice.", field="figure")
    invoice = work.find(Invoice, invoice_id)
    effect, grows_on = _MAKES.get(figure, (None, Side.DEBIT))
    events = events_with(effect) if effect else []
    sentence = FIGURES[figure]
    if figure is Figure.TOTAL and invoice.state != "issued":
        events = [Event.INVOICE_ISSUED]
        sentence = why_total(invoice.state, _shows(work, invoice)(invoice.total_minor))
    question = Question(
        codes=RECEIVABLES,
        grows_on=grows_on,
        currency=invoice.currency,
        item_id=invoice.id,
        events=tuple(events),
    )
    return answer(work, question, f"{figure.capitalize()} of {_named(invoice)}", sentence, after)


@admin_read()
def explain_status(work: Work[AdminActor], invoice_id: str, *, after: str = "") -> Explanation:
    """Why an invoice has its status: what became of its total, and all that was posted on it."""
    invoice = work.find(Invoice, invoice_id)
    stand = _stand(work, invoice)
    sentence = why_status(invoice.state, stand.figures, _shows(work, invoice))
    return answer(work, _all_of(invoice), f"{_named(invoice)} is {stand.status}", sentence, after)


@admin_read()
def explain_flag(
    work: Work[AdminActor], invoice_id: str, flag: Flag, *, after: str = ""
) -> Explanation:
    """Why an invoice bears a flag, and all that was posted on it."""
    invoice = work.find(Invoice, invoice_id)
    stand, today = _stand(work, invoice), setting(work).today
    if flag not in stand.flags:
        raise NotFound
    sentence = why_flag(flag, stand.figures, stand.dues, today, _shows(work, invoice))
    return answer(work, _all_of(invoice), f"{_named(invoice)} is {flag}", sentence, after)


@admin_read()
def explain_part(
    work: Work[AdminActor], invoice_id: str, number: int, *, after: str = ""
) -> Explanation:
    """Why one due part of a plan stands where it stands, by what covers the whole invoice.

    The parts are counted from one, by the days on which they are due.
    """
    invoice = work.find(Invoice, invoice_id)
    wanted = select(PlanPart.amount_minor).where(PlanPart.invoice_id == invoice.id)
    ordered = wanted.order_by(col(PlanPart.due_on), col(PlanPart.position))
    asked = work.exec(ordered).all()
    if not 1 <= number <= len(asked):
        raise NotFound
    stand = _stand(work, invoice)
    sentence = (
        why_part(number, asked, stand.dues[number - 1], stand.figures, _shows(work, invoice))
        if invoice.state == "issued"
        else why_status(invoice.state, stand.figures, _shows(work, invoice))
    )
    question = Question(
        codes=RECEIVABLES,
        grows_on=Side.CREDIT,
        currency=invoice.currency,
        item_id=invoice.id,
        events=tuple(event for event, has in EFFECTS.items() if has is not Effect.TOTAL),
    )
    return answer(work, question, f"Part {number} of {_named(invoice)}", sentence, after)


@admin_read()
def explain_balance(
    work: Work[AdminActor],
    code: Code,
    *,
    currency: str,
    party_id: str = "",
    item_id: str = "",
    after: str = "",
) -> Explanation:
    """What makes the balance of an account, or of one party's or item's part of it."""
    _refuse_unknown(currency)
    if code not in CHART:
        raise Invalid("Choose an account of the chart.", field="code")
    question = Question(
        codes=(code,),
        grows_on=CHART[code].grows_on,
        currency=currency,
        party_id=_party(work, party_id),
        item_id=_item(work, item_id),
    )
    return answer(work, question, f"{code} {CHART[code].name}", "", after)


@admin_read()
def explain_customer(
    work: Work[AdminActor],
    customer_id: str,
    *,
    currency: str,
    balance: Balance = Balance.INVOICE,
    after: str = "",
) -> Explanation:
    """What makes one of a customer's three figures in one currency."""
    _refuse_unknown(currency)
    if balance not in _BALANCES:
        raise Invalid("Choose one of a customer's three figures.", field="balance")
    customer = work.find(Customer, customer_id)
    codes, grows_on, sentence = _BALANCES[balance]
    question = Question(codes=codes, grows_on=grows_on, currency=currency, party_id=customer.id)
    return answer(work, question, f"{balance} of {customer.name}", sentence, after)


@admin_read()
def explain_lot(work: Work[AdminActor], lot_id: str, *, after: str = "") -> Explanation:
    """What makes the rest of one lot of credit: that it came, and all that it was used for."""
    lot = work.find(CreditLot, lot_id)
    question = Question(codes=_CREDIT, grows_on=Side.CREDIT, currency=lot.currency, item_id=lot.id)
    sentence = "What came, less what was used, went back or was corrected since."
    return answer(work, question, f"Credit of {day(lot.made_on)}", sentence, after)


def _party(work: Work[AdminActor], party_id: str) -> UUID | None:
    if not party_id:
        return None
    kind = Partner if Partner.is_named_by(party_id) else Customer
    return work.find(kind, party_id).id


def _item(work: Work[AdminActor], item_id: str) -> UUID | None:
    if not item_id:
        return None
    return work.find(CreditLot if CreditLot.is_named_by(item_id) else Invoice, item_id).id


def _refuse_unknown(currency: str) -> None:
    if not is_currency(currency):
        raise Invalid("A currency is three capital letters, such as AUD.", field="currency")


def _stand(work: Work[AdminActor], invoice: Invoice) -> Stand:
    return standings_of(work, [invoice], setting(work).today)[invoice.id]


def _shows(work: Work[AdminActor], invoice: Invoice) -> Show:
    locale = setting(work).locale
    return lambda minor: amount(minor, invoice.currency, locale).text


def _all_of(invoice: Invoice) -> Question:
    """All that was posted on an invoice; its sum is what is still to pay."""
    return Question(RECEIVABLES, Side.DEBIT, invoice.currency, item_id=invoice.id)


def _named(invoice: Invoice) -> str:
    return f"Invoice {invoice.number}" if invoice.number else "This draft"
