"""Issuing an invoice: from then on it has a number, says what it says, and is owed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command
from billing_app.access.kept import is_it, one_of
from billing_app.access.outbox import PAYMENT_REQUEST, PRINT_PAPER, owe
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Conflict, Invalid
from billing_app.kernel.failpoints import reach
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import shown
from billing_app.ledger import book, recipes
from billing_app.ledger.accounts import Account, partner_receivable, receivable
from billing_app.ledger.days import day_of_act
from billing_app.ledger.events import Event
from billing_app.models.books import TaxRate
from billing_app.models.invoice import Invoice, InvoiceLine, PlanPart
from billing_app.models.party import PARTNERS_DUE_DAYS, Customer, Partner
from billing_app.services.crediting import apply_credit_at_issue
from billing_app.services.drafting import DraftChanged, NotADraft, PartyArchived
from billing_app.services.itemizing import TaxRateArchived, lines_of
from billing_app.services.locking import lock_party_of
from billing_app.services.numbering import Numbered, take_number
from billing_app.services.picturing import both_sides
from billing_app.services.repeating import once, remember


class NothingOnIt(Invalid):
    """An invoice without a line asks for nothing."""

    sentence = "This draft has no lines. Add at least one before you issue it."


class DueTooEarly(Invalid):
    """A due date lies before the day of issue."""

    def __init__(self, due_on: date, issued_on: date) -> None:
        super().__init__(
            f"It would be due on {due_on.isoformat()}, before it is issued on"
            f" {issued_on.isoformat()}. Choose a later due date; nothing was issued.",
            field="due_on",
        )


class TaxNumberMissing(Conflict):
    """Whoever charges tax has to say under which number."""

    sentence = (
        "This invoice charges tax, so it has to name your ABN or your tax id, and your profile"
        " has neither. Add one in Settings, under Organization; nothing was issued."
    )


class PlanDiffers(Conflict):
    """The parts of the plan do not come to what the invoice asks."""

    def __init__(self, planned: Money, total: Money) -> None:
        super().__init__(
            f"The parts of the plan come to {shown(planned)}, the invoice to {shown(total)}."
            " Plan it again; nothing was issued."
        )


@admin_command(Permission.KEEP_INVOICES)
def issue_invoice(
    work: Work[AdminActor],
    invoice_id: str,
    *,
    on: date | None = None,
    version: int | None = None,
    command_key: str = "",
) -> str:
    """Issue a draft: it takes its number, its words are frozen, and it is owed.

    If 'Automatically mark Invoices paid' is on, the customer's credit is applied here, before
    anybody is told; who still has to pay something is then asked for that. ``version`` is
    that of the draft which was shown: another one is not issued unseen.
    """
    said = {"invoice_id": invoice_id, "on": on, "version": version}
    if (done := once(work, command_key, "issue_invoice", said)) is not None:
        return done
    party = lock_party_of(work, invoice_id)
    invoice = _draft_to_issue(work, invoice_id, version)
    if party.archived_at is not None:
        raise PartyArchived(party.name)
    _date(work, invoice, party, on)
    lines = lines_of(work, invoice)
    _check(work, lines)
    invoice.snapshot = _snapshot(work, invoice, party, lines)
    _number(work, invoice)
    _post(work, invoice, party, command_key)
    if isinstance(party, Customer):
        apply_credit_at_issue(work, invoice)
    owe(work, PRINT_PAPER, invoice.shown_id)
    if invoice.still_to_pay_minor:
        owe(work, PAYMENT_REQUEST, invoice.shown_id)
    remember(work, command_key, invoice.shown_id)
    return invoice.shown_id


def _draft_to_issue(work: Work[Clerk], invoice_id: str, version: int | None) -> Invoice:
    invoice = work.find(Invoice, invoice_id, lock=True)
    if invoice.state != "draft":
        raise NotADraft(invoice)
    if version is not None and invoice.version != version:
        raise DraftChanged
    return invoice


def _date(work: Work[Clerk], invoice: Invoice, party: Customer | Partner, on: date | None) -> None:
    """The day of issue, and the day by which everything is due: of a plan, its last part's."""
    issued_on = day_of_act(work, on)
    due_days = party.due_days if isinstance(party, Customer) else PARTNERS_DUE_DAYS
    invoice.due_on = invoice.due_on or issued_on + timedelta(days=due_days)
    parts = work.exec(_PARTS, params={"id": invoice.id}).all()
    if parts:
        planned = Money(sum(part.amount_minor for part in parts), invoice.currency)
        total = Money(invoice.total_minor, invoice.currency)
        if planned != total:
            raise PlanDiffers(planned, total)
        invoice.due_on = max(part.due_on for part in parts)
    earliest = min((part.due_on for part in parts), default=invoice.due_on)
    if earliest < issued_on:
        raise DueTooEarly(earliest, issued_on)
    invoice.issued_on = issued_on
    invoice.issued_at = clock.now()


def _check(work: Work[Clerk], lines: Sequence[InvoiceLine]) -> None:
    if not lines:
        raise NothingOnIt(field="lines")
    used = [*{line.tax_rate_id for line in lines if line.tax_rate_id is not None}]
    archived = work.exec(_ARCHIVED, params={"ids": used}).first() if used else None
    if archived is not None:
        raise TaxRateArchived(archived)


def _number(work: Work[Clerk], invoice: Invoice) -> None:
    invoice.number = take_number(work, Numbered.INVOICE, partner_id=invoice.partner_id)
    invoice.state = "issued"
    reach("issue.numbered")


def _post(work: Work[Clerk], invoice: Invoice, party: Customer | Partner, command_key: str) -> None:
    assert invoice.issued_on is not None, "it was just dated"
    book.post(
        work,
        Event.INVOICE_ISSUED,
        invoice.id,
        recipes.invoice_issued(
            _owed(invoice, party),
            net=Money(invoice.net_minor, invoice.currency),
            tax=Money(invoice.tax_minor, invoice.currency),
        ),
        on=invoice.issued_on,
        key=command_key,
    )
    reach("issue.posted")


def _owed(invoice: Invoice, party: Customer | Partner) -> Account:
    account = receivable if isinstance(party, Customer) else partner_receivable
    return account(party.id, invoice.id)


def _snapshot(
    work: Work[Clerk],
    invoice: Invoice,
    party: Customer | Partner,
    lines: Iterable[InvoiceLine],
) -> str:
    """Both sides and the taxes as they are at this moment, which a reprint will say again."""
    sides = both_sides(work, party)
    if invoice.tax_minor and not (sides["from"]["abn"] or sides["from"]["tax_id"]):
        raise TaxNumberMissing
    return json.dumps(sides | {"taxes": _taxes(lines)}, ensure_ascii=False, sort_keys=True)


def _taxes(lines: Iterable[InvoiceLine]) -> list[dict[str, Any]]:
    """The sums for each tax that a line names, in the order of the lines."""
    taxes: dict[tuple[str, int], dict[str, Any]] = {}
    for line in lines:
        row = taxes.setdefault(
            (line.tax_name, line.tax_bp),
            {"name": line.tax_name, "rate_bp": line.tax_bp, "net_minor": 0, "tax_minor": 0},
        )
        row["net_minor"] += line.net_minor
        row["tax_minor"] += line.tax_minor
    return list(taxes.values())


_PARTS = select(PlanPart).where(is_it(PlanPart.invoice_id))
_ARCHIVED = select(TaxRate.name).where(one_of(TaxRate.id), col(TaxRate.archived_at).is_not(None))
