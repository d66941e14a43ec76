"""A process that is killed -9 inside a command about money: nothing of it is half done.

Each command is killed at each of its points, in three ways; the same form sent again does
the work once. The process that dies is forked from this one, which is warm already.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlmodel import select

from billing_app.access.work import Work
from billing_app.kernel import failpoints
from billing_app.models.invoice import CreditNote
from billing_app.services import invoicing, paying, refunding, requesting
from tests.attack.contents import contents
from tests.billing import aud, drawn
from tests.checking import check_books
from tests.till import Till
from tests.world import World


@dataclass(frozen=True)
class Form:
    """A command as a form sends it, with its key, and what there is when it was done."""

    send: Callable[[Work[Any]], str]
    done: Callable[[], Any]
    result: Any


@pytest.fixture
def till(world: World) -> Till:
    return Till(world)


def issue(till: Till) -> Form:
    """An invoice over 300.00 that credit of 100.00 is applied to."""
    till.settings(apply_credit_to_invoices=True)
    till.pay(100_00)
    invoice = till.draft(till.line(300_00))
    return Form(
        lambda work: invoicing.issue_invoice(work, invoice, command_key="issue once"),
        lambda: (*till.of(invoice, "state", "number", "still_to_pay_minor"), till.credit()),
        ("issued", "INV-00001", 200_00, 0),
    )


def allocation(till: Till) -> Form:
    """A payment of 500.00: 300.00 for an invoice, 150.00 for a request, the rest is over."""
    invoice, request, payment = till.invoice(300_00), drawn("crq"), drawn("pay")
    till.does(
        lambda work: requesting.draft_request(
            work, request, customer_id=till.world.marsh, amount=aud(150_00)
        )
    )
    till.does(lambda work: requesting.raise_request(work, request))
    return Form(
        lambda work: paying.record_payment(
            work,
            payment,
            party_id=till.world.marsh,
            amount=aud(500_00),
            kind="cheque",
            parts=[paying.Part(invoice), paying.Part(request)],
            command_key="pay once",
        ),
        lambda: (till.still(invoice), till.lots()),
        (0, [("credit_request", 150_00, 150_00), ("overpayment", 50_00, 50_00)]),
    )


def refund(till: Till) -> Form:
    """40.00 of a payment goes back, and is still owed."""
    invoice = till.invoice(100_00)
    payment, drawn_refund = till.pay(100_00, invoice), drawn("ref")
    return Form(
        lambda work: refunding.refund_still_owed(
            work,
            drawn_refund,
            payment_id=payment,
            amount=aud(40_00),
            reason="The wrong account",
            command_key="refund once",
        ),
        lambda: till.still(invoice),
        40_00,
    )


def refund_with_note(till: Till) -> Form:
    """40.00 of a payment goes back and is owed no more."""
    invoice = till.invoice(100_00)
    payment, drawn_refund, note = till.pay(100_00, invoice), drawn("ref"), drawn("crn")
    return Form(
        lambda work: refunding.refund_no_longer_owed(
            work,
            drawn_refund,
            note_id=note,
            payment_id=payment,
            invoice_id=invoice,
            amount=aud(40_00),
            reason_code="goodwill",
            command_key="refund once",
        ),
        lambda: (till.still(invoice), numbers(till)),
        (0, ["CN-00001"]),
    )


POINTS = [
    (issue, "issue.numbered"),
    (issue, "issue.posted"),
    (issue, "credit.allocated"),
    (allocation, "allocation.allocated"),
    (allocation, "book.posted"),
    (allocation, "allocation.posted"),
    (refund, "refund.allocated"),
    (refund, "refund.posted"),
    (refund_with_note, "note.numbered"),
    (refund_with_note, "refund.noted"),
]
each_point = pytest.mark.parametrize(
    ("prepare", "point"), POINTS, ids=[f"{prepare.__name__}-{point}" for prepare, point in POINTS]
)


def numbers(till: Till) -> list[str]:
    """The numbers of the credit notes there are."""
    return till.sees(lambda work: list(work.exec(select(CreditNote.number))))


def killed(till: Till, form: Form, point: str) -> None:
    """Send the form from a process that dies at the point."""
    # A process may not use connections of another one, nor SQLite's notes of its own locks.
    till.world.database.close()
    child = os.fork()
    if child == 0:
        try:
            failpoints.arm(point)
            till.does(form.send)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"{point} was not reached"
    assert os.WTERMSIG(status) == signal.SIGKILL


def assert_done_once(till: Till, form: Form) -> None:
    first = till.does(form.send)
    assert form.done() == form.result
    written = contents(till.world.database)
    assert till.does(form.send) == first
    assert contents(till.world.database) == written
    till.sees(check_books)
    assert till.differences() == []


@each_point
def test_what_was_killed_is_not_half_done_and_is_done_once_when_sent_again(
    till: Till, prepare: Callable[[Till], Form], point: str
):
    form = prepare(till)
    before = contents(till.world.database)

    killed(till, form, point)

    assert contents(till.world.database) == before
    assert_done_once(till, form)


@each_point
def test_being_killed_again_and_again_leaves_nothing_either(
    till: Till, prepare: Callable[[Till], Form], point: str
):
    form = prepare(till)
    before = contents(till.world.database)

    for _ in range(3):
        killed(till, form, point)

    assert contents(till.world.database) == before
    assert_done_once(till, form)


@each_point
def test_others_go_on_at_once_and_take_the_number_that_was_not_used(
    till: Till, prepare: Callable[[Till], Form], point: str
):
    form = prepare(till)
    killed(till, form, point)

    other = till.invoice(77_00, party_id=till.world.bellweather)
    till.pay(77_00, other, party_id=till.world.bellweather)
    till.does(form.send)

    assert till.still(other) == 0
    till.sees(check_books)
    assert till.differences() == []
