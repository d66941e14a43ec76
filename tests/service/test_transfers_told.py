"""What whoever holds a pay link is told of the money that they sent by bank transfer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from billing_app.access.installation import work_now
from billing_app.collecting.transfers import hear_transfer
from billing_app.gateways.payments import Way
from billing_app.models.arrived_transfer import ArrivedTransfer
from billing_app.reads import payer, payer_outcome
from billing_app.reads.payer import Bill, Share, Standing
from billing_app.reads.payer_outcome import Ending, Outcome
from tests.links import holder, linked
from tests.stripes import open_stripes
from tests.transfers import OWED, Remitter, usd
from tests.world import World


@pytest.fixture
def remitter(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Remitter]:
    with open_stripes(tmp_path) as stripes:
        yield Remitter(world, stripes, monkeypatch)


def pay_page(remitter: Remitter, token: str) -> Bill:
    held, database = holder(remitter.world, token), remitter.world.database
    return work_now(held, database, lambda work: payer.bill(work, [Way.BANK_TRANSFER]))


def return_page(remitter: Remitter, token: str) -> Outcome:
    held, database = holder(remitter.world, token), remitter.world.database
    return work_now(held, database, payer_outcome.outcome)


def test_a_part_that_arrived_is_told_of_with_what_is_still_to_pay(remitter: Remitter):
    invoice = remitter.owes()
    token = linked(remitter, invoice)
    remitter.chooses(invoice)

    remitter.transfers(80_00)

    told, bill = return_page(remitter, token), pay_page(remitter, token)
    assert told.ending is Ending.ARRIVED
    assert (told.came.minor, told.left.minor, told.kept.minor) == (80_00, 30_00, 0)
    assert (bill.most.minor, bill.has_account, bill.kept.minor) == (30_00, True, 0)


def test_what_was_too_much_is_told_of_on_both_pages(remitter: Remitter):
    invoice = remitter.owes()
    token = linked(remitter, invoice)
    remitter.chooses(invoice)

    remitter.transfers(OWED + 15_00)

    told, bill = return_page(remitter, token), pay_page(remitter, token)
    assert (told.ending, told.came.minor) == (Ending.ARRIVED, OWED + 15_00)
    assert (told.left.minor, told.kept.minor, told.customer) == (0, 15_00, "Marsh Design")
    assert (bill.standing, bill.kept.minor) == (Standing.PAID, 15_00)


def test_money_for_another_document_is_told_of_where_its_account_was_told(remitter: Remitter):
    chosen, named = remitter.owes(), remitter.owes()
    token, other = linked(remitter, chosen), linked(remitter, named)
    remitter.chooses(chosen)

    remitter.transfers(OWED, str(remitter.of(named, "number")))

    told = return_page(remitter, token)
    assert (told.ending, told.came.minor, told.kept.minor) == (Ending.ARRIVED, OWED, OWED)
    assert told.left.minor == OWED
    assert pay_page(remitter, other).kept.minor == 0


def test_what_comes_after_a_card_has_paid_is_told_of(remitter: Remitter):
    invoice = remitter.owes()
    token = linked(remitter, invoice)
    remitter.chooses(invoice)
    account = remitter.payer()
    remitter.pays_on_page(invoice)
    remitter.looks_again()

    remitter.transfers(OWED, payer=account)

    told, bill = return_page(remitter, token), pay_page(remitter, token)
    assert (told.ending, told.kept.minor) == (Ending.PAID, OWED)
    assert (bill.standing, bill.kept.minor) == (Standing.PAID, OWED)


def test_other_money_of_the_customer_is_told_to_nobody_behind_a_link(remitter: Remitter):
    invoice, other = remitter.owes(), remitter.owes(60_00)
    token = linked(remitter, invoice)
    remitter.chooses(invoice)
    remitter.chooses(other)

    remitter.transfers(60_00 + 7_00)
    remitter.chooses(other := remitter.owes(40_00), begun_by="contact")
    remitter.transfers(40_00 + 9_00, str(remitter.of(invoice, "number")))

    told, bill = return_page(remitter, token), pay_page(remitter, token)
    assert (told.came.minor, told.kept.minor, bill.kept.minor) == (0, 0, 0)
    assert bill.has_account is False


def test_what_is_given_to_another_customer_is_told_of_no_more(remitter: Remitter):
    invoice = remitter.owes()
    token = linked(remitter, invoice)
    remitter.chooses(invoice)
    account = remitter.payer()
    used = remitter.sends(33_00)
    remitter.uses_elsewhere(account, 33_00)
    hear_transfer(remitter.place, account, used)
    mine = select(ArrivedTransfer).where(ArrivedTransfer.payer == account)
    [kept] = remitter.operator_sees(mine)
    remitter.sends(33_00)

    remitter.gives(kept.shown_id, remitter.world.bellweather)

    assert remitter.payments() == [33_00]
    assert pay_page(remitter, token).kept.minor == 0


def test_the_awaited_transfer_is_asked_for_again_as_it_was_chosen(remitter: Remitter):
    invoice = remitter.owes()
    token = linked(remitter, invoice)
    remitter.chooses(invoice)

    share = work_now(
        holder(remitter.world, token),
        remitter.world.database,
        lambda work: payer.share(work, much="begun", typed=""),
    )

    assert share == Share(invoice, usd(OWED))
