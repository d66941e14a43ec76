"""What can still be taken off an invoice, and what each of its lines gives of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, func
from sqlmodel import col, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.kept import is_it, one_of
from billing_app.access.work import Work
from billing_app.kernel.errors import Invalid, NotFound
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import TooMuch, WrongCurrency, above_zero
from billing_app.kernel.shares import NOTHING_OFF, Reduced, reduced, spread, with_less_tax
from billing_app.ledger.events import Event
from billing_app.ledger.standing import stands
from billing_app.models.invoice import CreditNote, CreditNoteLine, Invoice, InvoiceLine, WriteOff
from billing_app.services.itemizing import lines_of
from billing_app.services.naming import named


@dataclass(frozen=True)
class LineCredit:
    """What a credit note takes off one line, tax included."""

    line_id: str
    gross: Money


@dataclass(frozen=True)
class Noted:
    """What earlier credit notes did to an invoice, in minor units.

    ``handed_back`` is the part that had been paid already: it went to credit, was refunded,
    or was handed back outside.
    """

    tax: int
    total: int
    handed_back: int


@dataclass(frozen=True)
class WrittenOff:
    """What was given up on an invoice, in minor units.

    ``tax`` was taken back by relief, out of losses that come to ``relieved``.
    """

    total: int
    relieved: int
    tax: int


@command_step
def noted_before(work: Work[Clerk], invoice: Invoice) -> Noted:
    """The sums of all credit notes on an invoice so far."""
    tax, total, lowered = work.exec(_NOTED, params={"id": invoice.id}).one()
    return Noted(int(tax or 0), int(total or 0), int(total or 0) - int(lowered or 0))


@command_step
def written_off_before(work: Work[Clerk], invoice: Invoice) -> WrittenOff:
    """The sums of the losses on an invoice that stand, and of those that took tax back."""
    total, relieved, tax = work.exec(_WRITTEN_OFF, params={"id": invoice.id}).one()
    return WrittenOff(int(total or 0), int(relieved or 0), int(tax or 0))


@command_step
def reduced_lines(
    work: Work[Clerk], invoice: Invoice, amount: Money | Sequence[LineCredit]
) -> dict[UUID, Reduced]:
    """What comes off each line, as a share of that line's own net and tax.

    An amount for the whole invoice is spread over what is left of its lines. No line, and
    not the invoice, ever gives more than is left of it; what was written off is gone. So is
    the tax that was taken back with it: beyond what is left of the invoice's tax, all is net.
    """
    lines = lines_of(work, invoice)
    before = {line.id: NOTHING_OFF for line in lines} | _taken_off(work, lines)
    rests = {line.id: line.gross_minor - before[line.id].gross for line in lines}
    asked = (
        _spread(amount, invoice, rests)
        if isinstance(amount, Money)
        else _line_by_line(amount, invoice, rests)
    )
    tax_left = _tax_that_stands(work, invoice, sum(asked.values()))
    parts = {
        line.id: reduced(
            by=asked[line.id],
            before=before[line.id],
            tax=line.tax_minor,
            gross=line.gross_minor,
        )
        for line in lines
        if asked.get(line.id)
    }
    return dict(zip(parts, with_less_tax([*parts.values()], tax_left), strict=True))


def _taken_off(work: Work[Clerk], lines: Sequence[InvoiceLine]) -> dict[UUID, Reduced]:
    ids = [line.id for line in lines]
    return {
        line_id: Reduced(net=int(gross) - int(tax), tax=int(tax), gross=int(gross))
        for line_id, tax, gross in work.exec(_TAKEN_OFF, params={"ids": ids})
    }


def _spread(amount: Money, invoice: Invoice, rests: Mapping[UUID, int]) -> dict[UUID, int]:
    _check(amount, invoice)
    left = Money(sum(rests.values()), invoice.currency)
    if amount > left:
        raise TooMuch(f"can still be credited on {named(invoice)}", left)
    return dict(zip(rests, spread(amount, list(rests.values())), strict=True))


def _line_by_line(
    asked: Sequence[LineCredit], invoice: Invoice, rests: Mapping[UUID, int]
) -> dict[UUID, int]:
    if not asked:
        raise Invalid("Enter what comes off at least one line.", field="amount")
    found: dict[UUID, int] = {}
    for each in asked:
        line_id = InvoiceLine.read_id(each.line_id)
        if line_id not in rests:
            raise NotFound
        if line_id in found:
            raise Invalid("A line is named twice. Name each one once.", field="amount")
        _check(each.gross, invoice)
        if each.gross.minor > rests[line_id]:
            left = Money(rests[line_id], invoice.currency)
            raise TooMuch("can still be credited on this line", left)
        found[line_id] = each.gross.minor
    return found


def _check(amount: Money, invoice: Invoice) -> None:
    above_zero(amount)
    if amount.currency != invoice.currency:
        raise WrongCurrency(named(invoice), invoice.currency)


def _tax_that_stands(work: Work[Clerk], invoice: Invoice, asked: int) -> Money:
    """The tax that was not taken back yet; asking for more than stands in all is refused."""
    noted, written_off = noted_before(work, invoice), written_off_before(work, invoice)
    stands = max(invoice.total_minor - noted.total - written_off.total, 0)
    if asked > stands:
        raise TooMuch(f"can still be credited on {named(invoice)}", Money(stands, invoice.currency))
    return Money(invoice.tax_minor - noted.tax - written_off.tax, invoice.currency)


_NOTED = select(
    func.sum(CreditNote.tax_minor),
    func.sum(CreditNote.total_minor),
    func.sum(CreditNote.lowered_minor),
).where(is_it(CreditNote.invoice_id))
_RELIEVING = case((col(WriteOff.tax_minor) > 0, col(WriteOff.amount_minor)), else_=0)
_WRITTEN_OFF = select(
    func.sum(WriteOff.amount_minor), func.sum(_RELIEVING), func.sum(WriteOff.tax_minor)
).where(is_it(WriteOff.invoice_id), stands(WriteOff, Event.WRITE_OFF_REVERSED))
_TAKEN_OFF = (
    select(
        CreditNoteLine.invoice_line_id,
        func.sum(CreditNoteLine.tax_minor),
        func.sum(CreditNoteLine.gross_minor),
    )
    .where(one_of(CreditNoteLine.invoice_line_id))
    .group_by(col(CreditNoteLine.invoice_line_id))
)
