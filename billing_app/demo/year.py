"""The year that the demo's business brought along: entered in one evening, before all else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from billing_app.access.work import Work
from billing_app.demo.books import Desk
from billing_app.kernel.clock import clock
from billing_app.kernel.ids import new_id, show
from billing_app.services import drafting, invoicing, paying
from billing_app.services.paying import Part

# What a month of lessons came to without the tax, ten months back and since.
_LESSONS = (1_800, 2_400, 2_100, 2_900, 3_300, 2_600, 3_700, 4_100, 3_500, 4_400, 4_800)
_TRAINING = 1_500
# What Orchard House paid for months that it left open, by how many months they lie back.
_PAID_OF_OPEN = {0: 3_000, 1: 0, 3: 1_000}


def bring_along(desk: Desk, customers: Sequence[str]) -> None:
    """Enter what was billed and paid, each on its own day."""
    kestrel, orchard = customers[3], customers[6]

    def enter(work: Work[Any]) -> str:
        entered = ""
        for back, dollars in zip(reversed(range(len(_LESSONS))), _LESSONS, strict=True):
            first = _month(back)
            owed = dollars * 110
            paid = _PAID_OF_OPEN.get(back, dollars) * 110
            words = f"Lessons, {first:%B %Y}"
            entered = _bill(work, desk, orchard, words, owed, paid, first)
            if back % 2:
                words, owed = f"Safety training, {first:%B %Y}", _TRAINING * 110
                _bill(work, desk, kestrel, words, owed, owed, first + timedelta(days=5))
        return entered

    desk.act(enter)


def _bill(
    work: Work[Any], desk: Desk, party_id: str, words: str, owed: int, paid: int, on: date
) -> str:
    """Issue an invoice over what is owed with the tax, and record what came in for it."""
    invoice = drafting.draft_invoice(
        work,
        show("inv", new_id()),
        party_id=party_id,
        lines=[desk.line(words, owed * 10 // 11)],
        due_on=on + timedelta(days=14),
    )
    invoicing.issue_invoice(work, invoice, on=on)
    if paid:
        paying.record_payment(
            work,
            show("pay", new_id()),
            party_id=party_id,
            amount=desk.of(paid),
            kind="bank_transfer",
            received_on=min(on + timedelta(days=12), clock.now().date()),
            parts=[Part(invoice)],
            reference=f"{on:%Y-%m}",
        )
    return invoice


def _month(back: int) -> date:
    """The first day of the month that lies so many months back."""
    today = clock.now().date()
    months = today.year * 12 + today.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)
