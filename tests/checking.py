"""``check_books``: what holds in any books at any moment, read from the rows themselves.

The numbers are those of the invariants that reliability is measured by: I1 entries balance,
I2 kept sums are sums, I3 an invoice's figures add up, I4 refunds stay below their payment,
I9 what is append-only is as it was, I12 no currencies are mixed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.ledger.events import EFFECTS, Effect, Event
from billing_app.models.audit import AuditEntry
from billing_app.models.credit import CreditLot, CreditRequest
from billing_app.models.invoice import CreditNote, Invoice, WriteOff
from billing_app.models.ledger import Entry, Posting
from billing_app.models.party import Customer
from billing_app.models.payment import Allocation, Payment, Refund

RECEIVABLES = ("1100", "1110")
Rows = dict[UUID, tuple[Any, ...]]


@dataclass
class Found:
    """The books as they are, in plain values."""

    invoices: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: dict[str, tuple[str, int]] = field(default_factory=dict)
    lots: dict[tuple[str, str], list[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    accounts: Counter[tuple[str, str]] = field(default_factory=Counter)
    numbers: list[str] = field(default_factory=list)
    lasting: Rows = field(default_factory=dict)


def check_books(work: Work[Any], earlier: Rows | None = None) -> Found:
    """Fail if an invariant is broken; otherwise what was found. Run it inside a read.

    ``earlier`` are the lasting rows of the check before: each must still be there, unchanged.
    """
    found = Found()
    postings = _rows(
        work,
        select(
            col(Posting.id),
            col(Posting.debit_account),
            col(Posting.debit_item_id),
            col(Posting.credit_account),
            col(Posting.credit_item_id),
            col(Posting.amount_minor),
            col(Posting.currency),
            col(Posting.effective_on),
            col(Entry.id),
            col(Entry.event),
            col(Entry.source_id),
            col(Entry.effective_on),
        ).join(Entry, col(Posting.entry_id) == Entry.id),
    )
    held: Counter[UUID] = Counter()
    waiting: Counter[UUID] = Counter()
    effects: Counter[tuple[UUID, Effect]] = Counter()
    currencies: dict[UUID, set[str]] = defaultdict(set)
    for posting in postings:
        _, debit, debit_item, credit, credit_item, minor, currency, on, _, event, _, dated = posting
        assert minor > 0, "I1: a posting moves nothing, or backwards"
        assert on == dated, "I1: a posting is of another day than its entry"
        for account, item, moved in ((debit, debit_item, minor), (credit, credit_item, -minor)):
            found.accounts[account, currency] += moved
            if account == "2010":
                waiting[item] -= moved
            if item is not None:
                held[item] += moved
                currencies[item].add(currency)
            if account in RECEIVABLES:
                effects[item, EFFECTS[Event(event)]] += moved
    assert not sum(found.accounts.values()), "I1: the ledger is out of balance"
    assert min(waiting.values(), default=0) >= 0, "more of a receipt was placed than there was"
    found.lasting |= {row[0]: tuple(row) for row in postings}
    _check_invoices(work, found, held, effects, currencies)
    _check_taxes(work)
    _check_lots(work, found, held, currencies)
    _check_requests(work, found)
    _check_refunds(work)
    _check_numbers(work, found)
    _check_lasting(work, found, earlier or {})
    return found


def _check_invoices(
    work: Work[Any],
    found: Found,
    held: Counter[UUID],
    effects: Counter[tuple[UUID, Effect]],
    currencies: dict[UUID, set[str]],
) -> None:
    columns = (Invoice.id, Invoice.state, Invoice.currency, Invoice.number)
    columns += (Invoice.net_minor, Invoice.tax_minor, Invoice.total_minor)
    for row in _rows(work, select(*map(col, (*columns, Invoice.still_to_pay_minor)))):
        invoice_id, state, currency, number, net, tax, total, still = row
        figures = {effect: effects[invoice_id, effect] for effect in Effect}
        asked = figures.pop(Effect.TOTAL)
        paid, credited, written_off = (-figures[effect] for effect in figures)
        name = f"invoice {show('inv', invoice_id)}"
        assert held[invoice_id] == still >= 0, f"I2: {name} keeps {still}, holds {held[invoice_id]}"
        assert asked == (total if state == "issued" else 0), f"I3: {name} asks {asked} of {total}"
        assert paid + credited + written_off + still == asked, f"I3: {name} does not add up"
        assert min(paid, credited, written_off) >= 0, f"I3: {name} has {figures}"
        assert net + tax == total, f"I3: {name} has other lines than its total"
        assert currencies[invoice_id] <= {currency}, f"I12: {name} has {currencies[invoice_id]}"
        assert (number is None) == (state == "draft"), f"{name} is {state} and has {number}"
        if number:
            found.numbers.append(number)
        found.invoices[show("inv", invoice_id)] = {
            "state": state, "tax": tax, "total": total, "still": still, "paid": paid,
            "credited": credited, "written_off": written_off,
        }  # fmt: skip


def _check_taxes(work: Work[Any]) -> None:
    """No more tax is taken back of an invoice than it had, by notes and relief together."""
    back: Counter[UUID] = Counter()
    undone = _undone(work, Event.WRITE_OFF_REVERSED)
    for kind in (CreditNote, WriteOff):
        columns = (kind.id, kind.invoice_id, kind.tax_minor)
        for row_id, invoice_id, tax in _rows(work, select(*map(col, columns))):
            back[invoice_id] += tax if row_id not in undone else 0
    for invoice_id, tax in _rows(work, select(col(Invoice.id), col(Invoice.tax_minor))):
        assert back[invoice_id] <= tax, f"{back[invoice_id]} of {tax} tax is taken back"


def _check_lots(
    work: Work[Any], found: Found, held: Counter[UUID], currencies: dict[UUID, set[str]]
) -> None:
    columns = (CreditLot.id, CreditLot.customer_id, CreditLot.currency, CreditLot.amount_minor)
    lots = _rows(work, select(*map(col, columns)).order_by(col(CreditLot.id)))
    for lot_id, customer_id, currency, began_with in lots:
        left = -held[lot_id]
        assert 0 <= left <= began_with, f"a lot of {began_with} has {left} left"
        assert currencies[lot_id] == {currency}, f"I12: a lot has {currencies[lot_id]}"
        found.lots[show(Customer.prefix, customer_id), currency].append((began_with, left))


def _check_requests(work: Work[Any], found: Found) -> None:
    columns = (CreditRequest.id, CreditRequest.state, CreditRequest.total_minor)
    wanted = select(*map(col, (*columns, CreditRequest.still_to_pay_minor, CreditRequest.number)))
    for request_id, state, total, still, number in _rows(work, wanted):
        assert 0 <= still <= total, f"a request of {total} asks for {still}"
        found.requests[show("crq", request_id)] = (state, still)
        if number:
            found.numbers.append(number)


def _check_refunds(work: Work[Any]) -> None:
    amounts = dict(map(tuple, _rows(work, select(col(Payment.id), col(Payment.amount_minor)))))
    refunded: Counter[UUID | None] = Counter()
    undone = _undone(work, Event.REFUND_REVERSED)
    columns = (Refund.id, Refund.payment_id, Refund.amount_minor)
    for refund_id, payment_id, minor in _rows(work, select(*map(col, columns))):
        refunded[payment_id] += minor if refund_id not in undone else 0
    for payment_id, amount in amounts.items():
        assert refunded[payment_id] <= amount, f"I4: {refunded[payment_id]} refunded of {amount}"


def _undone(work: Work[Any], by: Event) -> set[UUID]:
    """The acts that were taken back by an entry of this event."""
    return {act for (act,) in _rows(work, select(col(Entry.source_id)).where(Entry.event == by))}


def _check_numbers(work: Work[Any], found: Found) -> None:
    found.numbers += [number for (number,) in _rows(work, select(col(CreditNote.number)))]
    series: dict[str, list[int]] = defaultdict(list)
    for number in found.numbers:
        prefix, _, count = number.rpartition("-")
        series[prefix].append(int(count))
    for prefix, counts in series.items():
        assert sorted(counts) == [*range(1, len(counts) + 1)], f"series {prefix}: {counts}"


def _check_lasting(work: Work[Any], found: Found, earlier: Rows) -> None:
    for kind in (AuditEntry, Allocation):
        names = ("id", *sorted(name for name in kind.model_fields if name != "id"))
        for row in _rows(work, select(*(col(getattr(kind, name)) for name in names))):
            found.lasting[row[0]] = tuple(row)
    for row_id, row in earlier.items():
        assert found.lasting.get(row_id) == row, f"I9: the row {row_id} is not as it was"


def _rows(work: Work[Any], statement: Any) -> list[Any]:
    return list(work.exec(statement))
