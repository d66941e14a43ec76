"""Voiding an invoice: it asks for nothing any more, and credit that paid it goes back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_
from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.entries import read_line
from billing_app.kernel.errors import Conflict
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import new_id
from billing_app.kernel.money import Money
from billing_app.ledger import book, recipes
from billing_app.ledger.accounts import credit, receivable
from billing_app.ledger.days import day_of_act
from billing_app.ledger.events import Event
from billing_app.models.invoice import Invoice
from billing_app.models.ledger import LONGEST_REASON, Posting
from billing_app.models.party import Customer
from billing_app.services.allocating import Applied, still_applied, take_back
from billing_app.services.claiming import refuse_in_flight
from billing_app.services.crediting import apply_arrived_credit
from billing_app.services.locking import lock_party_of
from billing_app.services.reducing import noted_before
from billing_app.services.repeating import once, remember


class NotIssued(Conflict):
    """A draft asks for nothing, so there is nothing to void."""

    sentence = "This is still a draft. Delete it instead; nothing was voided."


class AlreadyVoid(Conflict):
    """What is void stays void."""

    def __init__(self, number: str | None) -> None:
        super().__init__(f"Invoice {number} is void already. Nothing was changed.")


class MoneyApplied(Conflict):
    """A payment is on the invoice."""

    sentence = (
        "A payment was applied to this invoice, so it cannot be voided. Refund the payment, or"
        " issue a credit note instead; nothing was changed."
    )


class LoweredAlready(Conflict):
    """A credit note or write-off is on the invoice."""

    sentence = (
        "This invoice was lowered by a credit note or write-off, so it cannot be voided. Issue a"
        " credit note for the rest instead; nothing was changed."
    )


@admin_command(Permission.KEEP_INVOICES)
def void_invoice(
    work: Work[AdminActor],
    invoice_id: str,
    *,
    reason: str,
    on: date | None = None,
    command_key: str = "",
) -> str:
    """Void an invoice. It keeps its number, and what was posted for it is taken back.

    Credit that paid it returns to the lots it came from. It arrives there as any other credit
    does, so with 'Automatically mark Invoices paid' on it pays the next open invoices: while
    that is on, no credit lies beside an invoice it could pay. An invoice with money on it is
    not voided, nor does it become void before the last day on which anything was posted on it,
    though it was taken back since.
    """
    said = {"invoice_id": invoice_id, "reason": reason, "on": on}
    if (done := once(work, command_key, "void_invoice", said)) is not None:
        return done
    why = read_line(reason, longest=LONGEST_REASON, what="reason", field="reason")
    party = lock_party_of(work, invoice_id)
    invoice = _issued(work, invoice_id)
    refuse_in_flight(work, invoice)
    applied = _applied_to(work, invoice)
    day = day_of_act(work, on, since=_last_moved_on(work, invoice))
    _return_credit(work, invoice, applied, day, why, command_key)
    if invoice.still_to_pay_minor != invoice.total_minor or noted_before(work, invoice).total:
        raise LoweredAlready
    _take_back(work, invoice, day, why, command_key)
    if applied and isinstance(party, Customer):
        apply_arrived_credit(work, party)
    remember(work, command_key, invoice.shown_id)
    return invoice.shown_id


def _issued(work: Work[Clerk], invoice_id: str) -> Invoice:
    invoice = work.find(Invoice, invoice_id, lock=True)
    if invoice.state == "draft":
        raise NotIssued
    if invoice.state == "void":
        raise AlreadyVoid(invoice.number)
    return invoice


def _last_moved_on(work: Work[Clerk], invoice: Invoice) -> date | None:
    """The last day on which what is owed on the invoice rose or fell."""
    about = or_(col(Posting.debit_item_id) == invoice.id, col(Posting.credit_item_id) == invoice.id)
    return work.exec(select(func.max(Posting.effective_on)).where(about)).one() or invoice.issued_on


def _applied_to(work: Work[Clerk], invoice: Invoice) -> list[Applied]:
    """The credit that pays the invoice, the latest first. Money on it is a refusal."""
    applied = still_applied(work, invoice)
    if any(each.allocation.payment_id is not None for each in applied):
        raise MoneyApplied
    return applied


def _return_credit(
    work: Work[Clerk],
    invoice: Invoice,
    applied: Sequence[Applied],
    on: date,
    reason: str,
    command_key: str,
) -> None:
    if not applied:
        return
    assert invoice.customer_id is not None, "only a customer has credit"
    act_id = new_id()
    lots = [
        (
            credit(invoice.customer_id, each.allocation.lot_id),
            Money(each.minor, invoice.currency),
        )
        for each in applied
        if each.allocation.lot_id is not None
    ]
    book.post(
        work,
        Event.CREDIT_RETURNED,
        act_id,
        recipes.credit_returned(receivable(invoice.customer_id, invoice.id), lots),
        on=on,
        reason=reason,
        key=command_key,
    )
    reach("void.credit_posted")
    take_back(work, applied, act_id=act_id, on=on)
    reach("void.credit_returned")


def _take_back(
    work: Work[Clerk], invoice: Invoice, on: date, reason: str, command_key: str
) -> None:
    issued = book.find(work, Event.INVOICE_ISSUED, invoice.id)
    if issued is None:
        raise RuntimeError(f"Invoice {invoice.number} is issued, but was never posted.")
    invoice.state = "void"
    invoice.voided_on = on
    work.flush()
    book.reverse(
        work, issued, Event.INVOICE_VOIDED, invoice.id, on=on, reason=reason, key=command_key
    )
    reach("void.posted")
