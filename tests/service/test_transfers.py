"""Bank transfers through the gateway: chosen, arrived, matched by our rules, and never lost."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import select

from billing_app.access.installation import work_now
from billing_app.collecting.comparing import compare_with_gateway
from billing_app.collecting.reconciling import _take_what_waits, reconcile
from billing_app.collecting.refunds import refund_to_card
from billing_app.collecting.room import making_room
from billing_app.collecting.transfers import hear_transfer
from billing_app.gateways.payments import Way
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import NotAllowed
from billing_app.kernel.refusals import NotPayable
from billing_app.ledger.accounts import Code
from billing_app.models.party import Customer
from billing_app.models.payment import Payment
from billing_app.reads import payer, payer_outcome
from billing_app.reads.arrived_transfers import untaken_transfers
from billing_app.reads.payer import Bill, Standing
from billing_app.reads.payer_outcome import Ending
from billing_app.reads.reconciliation import Match
from billing_app.services import transferring, voiding
from billing_app.services.refund_asking import RefundAsked
from billing_app.services.refund_attempting import CameByTransfer
from billing_app.services.transferring import TakenAlready
from tests.billing import drawn
from tests.links import holder, linked
from tests.rules import rule
from tests.stripes import open_stripes
from tests.transfers import OWED, Remitter, usd
from tests.world import World


@pytest.fixture
def remitter(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Remitter]:
    with open_stripes(tmp_path) as stripes:
        yield Remitter(world, stripes, monkeypatch)


def credit(remitter: Remitter) -> int:
    marsh: UUID = Customer.read_id(remitter.world.marsh)
    return remitter.balance(Code.CUSTOMER_CREDIT, "USD", party_id=marsh).minor


def read_as_holder(remitter: Remitter, token: str) -> tuple[Bill, Ending]:
    """What whoever holds the pay link sees: the document, and how paying it went."""
    held, database = holder(remitter.world, token), remitter.world.database
    bill = work_now(held, database, lambda work: payer.bill(work, [Way.BANK_TRANSFER]))
    return bill, work_now(held, database, payer_outcome.outcome).ending


def hear_all(remitter: Remitter, *, seed: int | None = None) -> None:
    """All news that was sent is brought and applied; with a seed twice each, in any order."""
    messages = remitter.sent()
    if seed is not None:
        messages = messages * 2
        random.Random(seed).shuffle(messages)
    for message in messages:
        assert remitter.bring(message).status == 200
    remitter.apply()


@rule(54)
def test_what_was_transferred_pays_the_invoice_it_was_chosen_for(remitter: Remitter):
    invoice = remitter.owes()
    remitter.chooses(invoice)
    waiting = remitter.attempts()

    remitter.sends(OWED)
    hear_all(remitter)

    assert waiting == [("page", "requires_action")]
    assert remitter.attempts() == [("page", "canceled"), ("transfer", "succeeded")]
    assert (remitter.still(invoice), remitter.payments(), credit(remitter)) == (0, [OWED], 0)
    assert remitter.postings()[-1] == ("payment_received", "1010", "1100", OWED)
    assert remitter.lies_there() == 0
    assert remitter.differences() == []


def test_too_little_pays_in_part_and_the_rest_later(remitter: Remitter):
    invoice = remitter.owes()
    remitter.chooses(invoice)

    remitter.transfers(80_00)
    part = remitter.still(invoice)
    remitter.transfers(30_00)

    assert (part, remitter.still(invoice), remitter.payments()) == (30_00, 0, [80_00, 30_00])
    assert credit(remitter) == 0


def test_too_much_is_the_customers_credit(remitter: Remitter):
    invoice = remitter.owes()
    remitter.chooses(invoice)

    remitter.transfers(OWED + 15_00)

    assert (remitter.still(invoice), credit(remitter)) == (0, 15_00)
    assert remitter.differences() == []


def test_a_number_in_the_reference_says_more_than_what_was_chosen(remitter: Remitter):
    first, second, third = remitter.owes(), remitter.owes(), remitter.owes()
    remitter.chooses(first)
    number = str(remitter.of(third, "number")).lower().replace("-0", " ")

    remitter.transfers(OWED + 40_00, f"thanks, {number} and {remitter.of(second, 'number')}!")

    assert [remitter.still(each) for each in (first, second, third)] == [OWED, 70_00, 0]


def test_a_document_in_another_currency_takes_nothing_of_it(remitter: Remitter):
    remitter.chooses(remitter.owes(5_00))
    remitter.transfers(5_00)
    in_dollars_of_here = remitter.invoice(OWED)

    remitter.transfers(OWED, str(remitter.of(in_dollars_of_here, "number")))

    assert (remitter.still(in_dollars_of_here), credit(remitter)) == (OWED, OWED)
    assert remitter.differences() == []


def test_without_a_number_or_a_choice_the_only_document_of_that_amount_is_meant(
    remitter: Remitter,
):
    remitter.chooses(remitter.owes(5_00))
    remitter.transfers(5_00)
    other, meant = remitter.owes(50_00), remitter.owes(60_00)

    remitter.transfers(60_00)

    assert (remitter.still(other), remitter.still(meant)) == (50_00, 0)


def test_where_two_ask_for_the_same_amount_nobody_guesses(remitter: Remitter):
    remitter.chooses(remitter.owes(5_00))
    remitter.transfers(5_00)
    twins = remitter.owes(60_00), remitter.owes(60_00)

    remitter.transfers(60_00)

    assert ([remitter.still(each) for each in twins], credit(remitter)) == ([60_00, 60_00], 60_00)


def test_of_two_that_were_chosen_the_one_of_that_amount_is_paid_first(remitter: Remitter):
    first, second = remitter.owes(60_00), remitter.owes(50_00)
    for each in (first, second):
        remitter.chooses(each)

    remitter.transfers(50_00)

    assert (remitter.still(first), remitter.still(second)) == (60_00, 0)


@pytest.mark.parametrize("ending", ["paid", "void"])
def test_money_that_comes_late_is_credit_and_pays_nothing_else(remitter: Remitter, ending: str):
    invoice, same = remitter.owes(), remitter.owes()
    number = str(remitter.of(invoice, "number"))
    remitter.chooses(invoice)
    if ending == "paid":
        making_room(
            remitter.place,
            remitter.by.actor,
            lambda: remitter.pay(0, invoice, amount=usd(OWED)),
        )
    else:
        making_room(
            remitter.place,
            remitter.by.actor,
            lambda: remitter.does(
                lambda work: voiding.void_invoice(work, invoice, reason="Ordered twice")
            ),
        )

    remitter.transfers(OWED, number)

    assert (remitter.still(same), credit(remitter)) == (OWED, OWED)
    assert remitter.attempts() == [("page", "canceled"), ("transfer", "succeeded")]


def test_the_account_is_told_again_to_whoever_chooses_the_same_again(remitter: Remitter):
    invoice = remitter.owes()
    told = remitter.chooses(invoice)

    again = remitter.leads(invoice)

    assert again == told
    assert remitter.attempts() == [("page", "requires_action")]


def test_the_pay_page_says_what_was_chosen_and_the_return_page_what_to_do(remitter: Remitter):
    invoice = remitter.owes()
    token = linked(remitter, invoice)
    remitter.leads(invoice)
    opened = read_as_holder(remitter, token)
    remitter.chooses(invoice)

    bill, ending = read_as_holder(remitter, token)

    assert (opened[0].awaited.minor, opened[0].open_page.minor) == (0, OWED)
    assert (bill.awaited.minor, bill.open_page.minor, bill.most.minor) == (OWED, 0, OWED)
    assert (bill.standing, opened[1], ending) == (
        Standing.PAYABLE,
        Ending.WAITING,
        Ending.AWAITED,
    )


def test_a_transfer_that_never_came_holds_nobody_up(remitter: Remitter):
    invoice = remitter.owes()
    remitter.chooses(invoice)

    assert remitter.fills_in(remitter.leads(invoice, way=Way.CARD)).status_code == 303
    remitter.looks_again()

    assert remitter.attempts() == [("page", "canceled"), ("page", "succeeded")]
    statuses = [each.status for each in remitter.stripes.v1.payment_intents.list().data]
    assert statuses == ["succeeded", "canceled"]
    assert remitter.still(invoice) == 0
    with pytest.raises(NotPayable):
        remitter.leads(invoice)


def test_a_card_page_that_is_open_makes_room_for_the_money_that_came(remitter: Remitter):
    invoice = remitter.owes()
    remitter.chooses(invoice)
    payer = remitter.payer()
    left = remitter.leads(invoice, way=Way.CARD)

    remitter.transfers(OWED, payer=payer)
    remitter.fills_in(left)

    assert [state for _, state in remitter.attempts()] == ["canceled", "canceled", "succeeded"]
    assert (remitter.still(invoice), remitter.payments(), credit(remitter)) == (0, [OWED], 0)


def test_money_waits_while_nobody_knows_whether_a_charge_went_through_but_not_for_ever(
    remitter: Remitter,
):
    invoice = remitter.owes()
    remitter.chooses(invoice)
    payer = remitter.payer()
    remitter.saves_card()
    making_room(remitter.place, remitter.system, lambda: remitter.is_being_charged(invoice))

    remitter.transfers(OWED, payer=payer)
    waiting = (remitter.payments(), [row.what_to_do for row in remitter.inbox()])
    clock.move(timedelta(minutes=61))
    _take_what_waits(remitter.place)

    assert waiting[0] == [1_00]
    assert "It is being taken" in waiting[1][0]
    assert (remitter.still(invoice), remitter.payments()) == (OWED, [1_00, OWED])
    assert credit(remitter) == OWED


def test_what_a_transfer_is_told_of_twice_or_in_any_order_comes_to_the_same(remitter: Remitter):
    first, second = remitter.owes(), remitter.owes(40_00)
    remitter.chooses(first)
    payer = remitter.payer()
    remitter.sends(80_00, str(remitter.of(first, "number")))
    remitter.sends(55_00, str(remitter.of(second, "number")))
    remitter.sends(30_00, str(remitter.of(first, "number")))

    for seed in range(2):
        hear_all(remitter, seed=seed)

    assert [remitter.still(each) for each in (first, second)] == [0, 0]
    assert (sorted(remitter.payments()), credit(remitter)) == ([30_00, 55_00, 80_00], 15_00)
    assert (remitter.kept_transfers(), remitter.inbox()) == (3, [])
    assert [how for how, _ in remitter.attempts()].count("transfer") == 3
    assert remitter.lies_there(payer) == 0
    assert remitter.differences() == []


def test_what_arrives_with_no_news_of_it_is_found_by_the_reconciler(remitter: Remitter):
    invoice = remitter.owes()
    remitter.chooses(invoice)
    remitter.sends(OWED)

    reconcile(remitter.place)
    remitter.apply()

    assert remitter.still(invoice) == 0


def test_what_was_kept_and_never_taken_is_taken_by_the_reconciler(remitter: Remitter):
    invoice = remitter.owes()
    remitter.chooses(invoice)
    remitter.stripes.set_mood("broken", about="GET /v1/checkout/sessions*", times="9")
    remitter.transfers(OWED)
    before = [how for how, _ in remitter.attempts()]
    remitter.stripes.press("calm")

    clock.move(timedelta(seconds=61))
    reconcile(remitter.place)

    assert (before, remitter.payments(), remitter.still(invoice)) == (["page"], [OWED], 0)


def test_money_from_nobody_known_waits_for_a_word_and_is_then_theirs(remitter: Remitter):
    invoice = remitter.owes()
    stranger = remitter.stripes.customer(metadata={"organization": remitter.world.harbour}).id
    remitter.transfers(OWED, "THANK YOU", payer=stranger)
    [row] = remitter.inbox()
    before = remitter.payments()

    remitter.gives(row.id, remitter.world.marsh)
    with pytest.raises(TakenAlready):
        remitter.gives(row.id, remitter.world.bellweather)
    remitter.transfers(7_00, payer=stranger)

    assert (row.amount.minor, row.written, row.payer, row.customer) == (
        OWED,
        "THANK YOU",
        stranger,
        "",
    )
    assert "Choose the customer" in row.what_to_do
    assert (before, remitter.still(invoice), remitter.payments()) == ([], 0, [OWED, 7_00])
    assert (remitter.inbox(), remitter.lies_there(stranger)) == ([], 0)


def test_money_of_whom_nobody_tells_anything_lies_before_somebody(remitter: Remitter):
    stranger = remitter.stripes.customer().id
    arrived = remitter.sends(9_00, payer=stranger)

    for message in remitter.sent():
        remitter.bring(message)

    assert remitter.owed_to_anybody(arrived) == 1


def test_money_that_was_sent_back_meanwhile_is_not_recorded_and_told_of(remitter: Remitter):
    invoice = remitter.owes()
    remitter.chooses(invoice)
    payer = remitter.payer()
    arrived = remitter.sends(OWED)
    used = remitter.uses_elsewhere(payer, OWED)

    hear_transfer(remitter.place, payer, arrived)
    [row] = remitter.inbox()

    assert used == "succeeded"
    assert "does not lie at the payment provider any more" in row.what_to_do
    assert (remitter.payments(), remitter.still(invoice)) == ([], OWED)
    remitter.chooses(invoice)


def test_only_who_takes_payments_says_whose_money_it_is(remitter: Remitter):
    stranger = remitter.stripes.customer(metadata={"organization": remitter.world.harbour}).id
    remitter.transfers(9_00, payer=stranger)
    [row] = remitter.inbox()

    with pytest.raises(NotAllowed):
        remitter.world.vic.does(untaken_transfers)
    with pytest.raises(NotAllowed):
        remitter.world.vic.does(
            lambda work: transferring.give_transfer(work, row.id, customer_id=remitter.world.marsh)
        )
    assert remitter.world.otto.does(untaken_transfers).rows == []


def test_what_lies_untaken_at_the_gateway_is_shown_by_the_comparison(remitter: Remitter):
    invoice = remitter.owes()
    remitter.chooses(invoice)
    remitter.sends(25_00)

    found = compare_with_gateway(
        remitter.place,
        remitter.by.actor,
        clock.now() - timedelta(days=1),  # type: ignore[arg-type]
    )

    [row] = found.wrong
    assert (row.match, row.amount.minor, row.customer) == (Match.UNTAKEN, 25_00, "Marsh Design")
    assert "See the transfers that wait" in row.fix


def test_what_came_by_transfer_is_not_given_back_by_the_gateway(remitter: Remitter):
    remitter.chooses(remitter.owes())
    remitter.transfers(OWED)
    payment = remitter.sees(lambda work: work.exec(select(Payment)).one().shown_id)
    asked = RefundAsked(
        attempt_id=drawn("rfa"), payment_id=payment, amount=usd(5_00), choice="still_owes",
        reason="They asked",
    )  # fmt: skip

    with pytest.raises(CameByTransfer, match="transfer the money back from your bank"):
        refund_to_card(remitter.place, remitter.by.actor, asked)  # type: ignore[arg-type]
