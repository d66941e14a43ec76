"""The inbox of exceptions: what waits for somebody's word, and when it does so no more."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import select

from billing_app.gateways.payments import Stage, Way
from billing_app.kernel.errors import NotAllowed
from billing_app.models.attempt import AttemptMessage, PaymentAttempt
from billing_app.reads.exception_kinds import Kind
from billing_app.reads.exceptions import Exceptions, exceptions, open_exceptions
from billing_app.services import identifying, settling
from billing_app.services.asking import Begun
from billing_app.services.dealing import HeardSince, NothingPutAside, mark_dealt_with
from billing_app.services.settling import Heard
from tests.attempts import Counter
from tests.billing import aud, drawn
from tests.world import World


class Desk(Counter):
    """Somebody at whose desk everything goes wrong once."""

    def inbox(self) -> Exceptions:
        return self.does(exceptions)

    def counts(self) -> dict[str, int]:
        """How many there are of each kind of which there are any."""
        found = self.does(open_exceptions).counts
        return {kind: count for kind, count in found.items() if count}

    def loses_the_answer(self, begun: Begun) -> None:
        self.acts(
            lambda work: settling.note_trouble(
                work, begun.asked.attempt, "charge", state="unknown", code="", sentence="No answer."
            )
        )

    def receives_from_nobody(self, minor: int) -> str:
        return self.does(
            lambda work: identifying.record_unidentified(
                work, drawn("unr"), amount=aud(minor), kind="bank_transfer"
            )
        )

    def deals_with(self, message_id: str, **more: Any) -> str:
        said = {"reason": "Recorded as External"} | more
        return self.does(lambda work: mark_dealt_with(work, message_id, **said))

    def message_of(self, begun: Begun) -> str:
        """The one message about an attempt."""
        attempt_id = PaymentAttempt.read_id(begun.asked.attempt)
        wanted = select(AttemptMessage).where(AttemptMessage.attempt_id == attempt_id)
        return str(self.sees(lambda work: work.exec(wanted).one().shown_id))

    def only(self, kind: Kind) -> str:
        """What the one exception of a kind is about."""
        (row,) = [row for row in self.inbox().rows if row.kind == kind]
        return row.about


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def test_all_is_well_until_something_is_not(desk: Desk):
    desk.settle(desk.begin(desk.invoice(10_00)), Stage.SUCCEEDED)
    assert desk.inbox().rows == []

    lost, strange = desk.begin(desk.invoice(20_00)), desk.begin(desk.invoice(30_00))
    desk.loses_the_answer(lost)
    desk.settle(strange, Stage.SUCCEEDED, amount=aud(31_00))
    failing = desk.invoice(40_00)
    debit = desk.begin(failing, way=Way.DIRECT_DEBIT)
    desk.settle(debit, Stage.FAILED, failure="The bank refused it.")
    receipt = desk.receives_from_nobody(50_00)

    assert desk.counts() == {
        Kind.UNKNOWN: 1,
        Kind.PUT_ASIDE: 1,
        Kind.FAILED: 1,
        Kind.UNPLACED: 1,
    }
    told = {row.kind: (row.about, row.party) for row in desk.inbox().rows}
    assert told[Kind.UNKNOWN] == (lost.asked.attempt, "Marsh Design")
    assert told[Kind.FAILED] == (failing, "Marsh Design")
    assert told[Kind.UNPLACED] == (receipt, "Nobody known")

    desk.settle(lost, Stage.SUCCEEDED)
    desk.deals_with(desk.only(Kind.PUT_ASIDE))
    desk.pay(40_00, failing)
    desk.does(
        lambda work: identifying.identify_receipt(
            work, drawn("pay"), receipt_id=receipt, party_id=desk.world.marsh
        )
    )
    assert desk.counts() == {}


def test_a_failed_debit_waits_until_it_is_tried_again(desk: Desk):
    invoice = desk.invoice(40_00)
    first = desk.begin(invoice, way=Way.DIRECT_DEBIT)
    desk.settle(first, Stage.FAILED)
    assert desk.counts() == {Kind.FAILED: 1}

    again = desk.begin(invoice, way=Way.DIRECT_DEBIT)
    assert desk.counts() == {}

    desk.settle(again, Stage.FAILED)
    assert [row.page for row in desk.inbox().rows] == [again.asked.attempt]


def test_a_failed_debit_comes_back_when_what_was_tried_since_comes_to_nothing(desk: Desk):
    invoice = desk.invoice(40_00)
    debit = desk.begin(invoice, way=Way.DIRECT_DEBIT)
    desk.settle(debit, Stage.FAILED)

    for ending in (Stage.FAILED, Stage.CANCELED):
        card = desk.begin(invoice)
        assert desk.counts() == {}
        desk.settle(card, ending)
        assert [row.page for row in desk.inbox().rows] == [debit.asked.attempt]


def test_a_failed_debit_is_named_by_its_document_in_words_for_admins(desk: Desk):
    invoice = desk.invoice(40_00)
    debit = desk.begin(invoice, way=Way.DIRECT_DEBIT)
    why = "The bank declined this payment. Nothing was charged. Please pay another way, or ask."
    desk.settle(debit, Stage.FAILED, failure=why)

    [row] = desk.inbox().rows

    assert f"40.00 for Invoice {desk.of(invoice, 'number')} could not be charged" in row.what
    assert row.detail == "The bank declined this payment. No money moved."


def test_what_a_bank_took_back_waits_until_it_is_paid_again(desk: Desk):
    invoice = desk.invoice(40_00)
    debit = desk.begin(invoice, amount=30_00, way=Way.DIRECT_DEBIT)
    desk.settle(debit, Stage.PROCESSING)
    part = desk.begin(invoice, amount=10_00)
    desk.settle(part, Stage.SUCCEEDED)
    desk.settle(debit, Stage.SUCCEEDED)
    desk.settle(debit, Stage.SUCCEEDED, taken_back=aud(30_00), failure="Its bank took it back.")

    [row] = desk.inbox().rows
    assert (row.kind, row.about, row.page) == (Kind.TAKEN_BACK, invoice, debit.asked.attempt)
    assert row.detail == "Its bank took it back. The money is gone, so this is to be paid again."

    again = desk.begin(invoice, way=Way.DIRECT_DEBIT)
    assert desk.counts() == {}
    desk.settle(again, Stage.FAILED)
    assert desk.counts() == {Kind.FAILED: 1}
    desk.pay(30_00, invoice)
    assert desk.counts() == {}


def test_what_was_put_aside_is_dealt_with_once_and_asks_again_when_it_comes_again(desk: Desk):
    begun = desk.begin(desk.invoice(30_00))
    desk.settle(begun, Stage.SUCCEEDED, amount=aud(31_00))
    message, key = desk.only(Kind.PUT_ASIDE), drawn("cmd")

    assert desk.deals_with(message, command_key=key) == desk.deals_with(message, command_key=key)
    assert desk.counts() == {}
    assert desk.heard(begun)[1:] == [("", "applied")]

    desk.settle(begun, Stage.SUCCEEDED, amount=aud(32_00))
    assert desk.counts() == {Kind.PUT_ASIDE: 1}


def test_what_came_after_it_was_shown_is_not_dealt_with_unseen(desk: Desk):
    begun = desk.begin(desk.invoice(30_00))
    desk.settle(begun, Stage.SUCCEEDED, amount=aud(31_00))
    seen = desk.only(Kind.PUT_ASIDE)
    desk.settle(begun, Stage.SUCCEEDED, amount=aud(32_00))

    with pytest.raises(HeardSince):
        desk.deals_with(seen)

    assert desk.counts() == {Kind.PUT_ASIDE: 1}
    desk.deals_with(desk.only(Kind.PUT_ASIDE))
    assert desk.counts() == {}


def test_what_was_dealt_with_stays_so_while_the_same_is_heard_of_it(desk: Desk):
    begun = desk.begin(desk.invoice(30_00))
    desk.settle(begun, Stage.PROCESSING, amount=aud(31_00))
    desk.deals_with(desk.only(Kind.PUT_ASIDE))
    again = Heard(source="webhook", about="evt_2")

    assert desk.settle(begun, Stage.PROCESSING, again, amount=aud(31_00)) == "known"
    assert desk.counts() == {}
    assert desk.heard(begun)[-1] == ("processing", "known")

    assert desk.settle(begun, Stage.SUCCEEDED, again, amount=aud(31_00)) == "quarantined"
    assert desk.counts() == {Kind.PUT_ASIDE: 1}


def test_only_what_was_put_aside_can_be_dealt_with(desk: Desk):
    begun = desk.begin(desk.invoice(30_00))
    desk.settle(begun, Stage.PROCESSING)
    with pytest.raises(NothingPutAside):
        desk.deals_with(desk.message_of(begun))


def test_who_only_looks_sees_no_letters_and_settles_nothing(desk: Desk):
    begun = desk.begin(desk.invoice(30_00))
    desk.settle(begun, Stage.SUCCEEDED, amount=aud(31_00))
    message = desk.only(Kind.PUT_ASIDE)
    desk.by = desk.world.vic

    counted = desk.does(open_exceptions).counts
    assert Kind.GIVEN_UP not in counted
    assert counted[Kind.PUT_ASIDE] == 1
    with pytest.raises(NotAllowed):
        desk.deals_with(message)
