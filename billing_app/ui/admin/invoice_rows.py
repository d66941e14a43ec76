"""The rows of a document's page: what was paid on it, and what was tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from billing_app.kernel.amounts import show_amount
from billing_app.reads.attempts import AttemptView
from billing_app.reads.invoice_page import InvoicePageView
from billing_app.reads.request_page import RequestPageView
from billing_app.ui.admin.attempt_words import STANDINGS, WAYS

# What of an attempt is not seen as a payment; one that was given up is not told here.
_TRIED = ("created", "requires_action", "processing", "unknown", "failed")


@dataclass(frozen=True)
class PaymentLine:
    """Something paid, taken back or tried. ``look`` and ``standing`` say what became of it."""

    id: str
    on: str
    what: str
    note: str
    look: str
    standing: str
    amount: str
    payment_id: str
    minor: int
    by_hand: bool
    """Whether somebody here recorded it, and may have been mistaken."""

    gives_back: bool
    """Whether some of it can go back."""

    retries: str
    """The attempt that can be tried again, if it can."""

    record: str
    """The payment or attempt whose page tells more; credit that was used has none."""


def payment_lines(found: InvoicePageView | RequestPageView) -> list[PaymentLine]:
    """What was tried and came to nothing yet, the latest first; then what was paid, in order."""
    can_go_back = found.refundable if isinstance(found, InvoicePageView) else ()
    gives_back = {each.payment_id for each in can_go_back}
    charged = {each.payment_id for each, _ in found.attempts if each.payment_id}
    paid = [
        PaymentLine(
            id=row.id,
            on=row.on,
            what=row.what,
            note="",
            look="Taken back" if row.taken_back or row.gone else "Paid",
            standing="Came off" if row.taken_back else "Taken back" if row.gone else "Paid",
            amount=row.amount.text,
            payment_id="" if row.taken_back or row.gone else row.payment_id,
            minor=row.amount.minor,
            by_hand=row.payment_id not in charged,
            gives_back=not (row.taken_back or row.gone) and row.payment_id in gives_back,
            retries="",
            record=row.payment_id,
        )
        for row in found.view.payments
    ]
    return [*_tried(found), *paid]


def _tried(found: InvoicePageView | RequestPageView) -> Iterable[PaymentLine]:
    worth_retrying = _worth_retrying(found)
    for attempt, began in found.attempts:
        if attempt.state not in _TRIED:
            continue
        look, standing = STANDINGS[attempt.state]
        yield PaymentLine(
            id=attempt.id,
            on=began,
            what=_instrument(attempt),
            note=attempt.failure,
            look=look,
            standing=standing,
            amount=show_amount(attempt.amount, found.locale),
            payment_id="",
            minor=attempt.amount.minor,
            by_hand=False,
            gives_back=False,
            retries=attempt.id if attempt.id == worth_retrying else "",
            record=attempt.id,
        )


def _worth_retrying(found: InvoicePageView | RequestPageView) -> str:
    """The latest attempt that failed, while something is left to charge and to charge it to."""
    if not (found.takings.most.minor and found.takings.methods):
        return ""
    return next((each.id for each, _ in found.attempts if each.state == "failed"), "")


def _instrument(attempt: AttemptView) -> str:
    return attempt.instrument or WAYS[attempt.method]
