"""All that the page of an invoice shows, as of one moment."""

from __future__ import annotations

from dataclasses import dataclass

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.reads.attempts import AttemptView, attempts_on
from billing_app.reads.invoice_view import InvoiceView, invoice
from billing_app.reads.locales import setting
from billing_app.reads.planned_charges import planned_on
from billing_app.reads.refundable import RefundableOn, refundable_on
from billing_app.reads.shown import Amount, amount
from billing_app.reads.takings import Takings, takings
from billing_app.reads.timelines import Timeline, timeline
from billing_app.reads.times import at_time


@dataclass(frozen=True)
class InvoicePageView:
    """An invoice, how it can be paid, who tried, and what happened to it."""

    view: InvoiceView
    takings: Takings
    attempts: tuple[tuple[AttemptView, str], ...]
    """Each with the moment at which it began, in words."""

    refundable: list[RefundableOn]
    creditable: Amount
    """What credit notes can still take off it."""

    why_not_void: str
    """What stands in the way of voiding it, and what can be done instead. That a payment is just
    under way is told when somebody tries: it passes."""

    planned_on: str
    """The day of the next charge that is planned by itself, if there is one."""

    timeline: Timeline
    locale: str


@admin_read()
def invoice_page(work: Work[AdminActor], invoice_id: str) -> InvoicePageView:
    """The page of one invoice of the organization."""
    shown, seen = setting(work), invoice(work, invoice_id)
    noted = sum(each.amount.minor for each in seen.credit_notes)
    creditable = max(seen.row.total.minor - noted - seen.written_off.minor, 0)
    can_go_back = refundable_on(work, invoice_id)
    return InvoicePageView(
        view=seen,
        takings=takings(work, invoice_id),
        attempts=tuple(
            (each, at_time(each.made_at, shown.zone)) for each in attempts_on(work, invoice_id)
        ),
        refundable=can_go_back,
        creditable=amount(creditable, seen.row.total.currency, shown.locale),
        why_not_void=_why_not_void(seen, can_go_back=bool(can_go_back), creditable=creditable > 0),
        planned_on=planned_on(work, invoice_id) if seen.row.still_to_pay.minor else "",
        timeline=timeline(work, invoice_id),
        locale=shown.locale,
    )


def _why_not_void(seen: InvoiceView, *, can_go_back: bool, creditable: bool) -> str:
    if sum(each.amount.minor for each in seen.payments if each.payment_id) > 0:
        ways = {"refund it": can_go_back, "issue a credit note": creditable}
        instead = " or ".join(way for way, is_there in ways.items() if is_there)
        rest = f": {instead} instead." if instead else "."
        return f"It cannot be voided while a payment is on it{rest}"
    rest = " Issue a credit note for the rest instead." if creditable else ""
    if seen.credit_notes:
        return f"It cannot be voided because a credit note lowered it.{rest}"
    if any(not each.taken_back for each in seen.write_offs):
        return f"It cannot be voided while a write-off stands on it.{rest}"
    return ""
