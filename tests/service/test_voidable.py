"""What the page of an invoice says of voiding it is what the command then does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from billing_app.kernel.errors import Conflict
from billing_app.reads.invoice_page import invoice_page
from billing_app.services import reversing, voiding
from tests.till import Till
from tests.world import World


@pytest.fixture
def till(world: World) -> Till:
    return Till(world)


def paid_and_taken_back(till: Till, invoice: str) -> None:
    till.reverse(till.pay(40_00, invoice))


def paid_and_refunded(till: Till, invoice: str) -> None:
    till.refund(till.pay(40_00, invoice), 40_00)


def paid_from_credit(till: Till, _invoice: str) -> None:
    till.settings(apply_credit_to_invoices=True)
    till.pay(25_00)


def lost_and_found(till: Till, invoice: str) -> None:
    loss = till.lose(invoice, 10_00)
    till.does(lambda work: reversing.reverse_write_off(work, loss, reason="They pay after all"))


WAYS: dict[str, tuple[Callable[[Till, str], object], str]] = {
    "nothing": (lambda _till, _invoice: None, ""),
    "part paid": (
        lambda till, invoice: till.pay(40_00, invoice),
        "while a payment is on it: refund it or issue a credit note instead.",
    ),
    "wholly paid": (
        lambda till, invoice: till.pay(100_00, invoice),
        "while a payment is on it: refund it or issue a credit note instead.",
    ),
    "paid and taken back": (paid_and_taken_back, ""),
    "paid and refunded": (paid_and_refunded, ""),
    "paid from credit": (paid_from_credit, ""),
    "paid and forgiven": (
        lambda till, invoice: till.forgive(till.pay(100_00, invoice), invoice, 100_00),
        "while a payment is on it.",
    ),
    "credited": (
        lambda till, invoice: till.note(invoice, 10_00),
        "Issue a credit note for the rest instead.",
    ),
    "wholly credited": (
        lambda till, invoice: till.note(invoice, 100_00),
        "because a credit note lowered it.",
    ),
    "written off": (
        lambda till, invoice: till.lose(invoice, 10_00),
        "while a write-off stands on it. Issue a credit note for the rest instead.",
    ),
    "wholly written off": (
        lambda till, invoice: till.lose(invoice),
        "while a write-off stands on it.",
    ),
    "written off by mistake": (lost_and_found, ""),
}


@pytest.mark.parametrize("way", WAYS)
def test_voiding_is_offered_where_it_is_done_and_the_reason_told_where_not(till: Till, way: str):
    act, reason = WAYS[way]
    invoice = till.invoice(100_00)
    act(till, invoice)

    said = till.does(lambda work: invoice_page(work, invoice)).why_not_void

    assert bool(said) is bool(reason)
    assert said.endswith(reason)
    if said:
        with pytest.raises(Conflict):
            till.does(lambda work: voiding.void_invoice(work, invoice, reason="A mistake"))
    else:
        till.does(lambda work: voiding.void_invoice(work, invoice, reason="A mistake"))
    assert till.of(invoice, "state") == ("issued" if said else "void")
