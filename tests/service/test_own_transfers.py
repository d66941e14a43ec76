"""What a customer's contact sees in the portal of a bank transfer they chose there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from billing_app.models.attempt import PaymentAttempt
from billing_app.reads import own_outcome, own_paying
from billing_app.reads.own_outcome import OwnOutcome
from billing_app.reads.own_paying import Payable
from billing_app.reads.payer_outcome import Ending
from tests.stripes import open_stripes
from tests.transfers import Remitter
from tests.world import World


@pytest.fixture
def remitter(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Remitter]:
    with open_stripes(tmp_path) as stripes:
        yield Remitter(world, stripes, monkeypatch)


def chosen(remitter: Remitter, minor: int) -> tuple[str, str]:
    """Cleo chooses to transfer for a new invoice; returns it and her attempt."""
    invoice = remitter.owes(minor)
    remitter.chooses(invoice, begun_by="contact")
    latest = select(PaymentAttempt).order_by(col(PaymentAttempt.id).desc()).limit(1)
    return invoice, str(remitter.sees(lambda work: work.exec(latest).one().shown_id))


def told(remitter: Remitter, attempt: str) -> OwnOutcome:
    return remitter.world.cleo.does(lambda work: own_outcome.own_outcome(work, attempt))


def offered(remitter: Remitter, invoice: str) -> Payable:
    [found] = remitter.world.cleo.does(lambda work: own_paying.payables(work, [invoice]))
    return found


def test_a_transfer_that_was_chosen_is_awaited_and_no_page_is_open(remitter: Remitter):
    invoice, attempt = chosen(remitter, 110_00)

    seen = offered(remitter, invoice)

    assert told(remitter, attempt).ending is Ending.AWAITED
    assert (seen.awaited.minor, seen.open_page.minor, seen.most.minor) == (110_00, 0, 110_00)


def test_what_arrived_is_told_where_it_was_chosen_and_nowhere_else(remitter: Remitter):
    first, for_first = chosen(remitter, 110_00)
    second, for_second = chosen(remitter, 70_00)
    number = str(remitter.of(second, "number"))

    remitter.transfers(70_00, number)

    came = told(remitter, for_second)
    assert (came.ending, came.amount, bool(came.payment_id)) == (Ending.ARRIVED, "$70.00", True)
    assert told(remitter, for_first).ending is Ending.AWAITED
    assert (offered(remitter, first).awaited.minor, remitter.still(second)) == (110_00, 0)
