"""Refunds, which may fail later, and disputes, which are won or lost."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.stripes import Stripes


def refund(stripes: Stripes, intent: stripe.PaymentIntent, **more: Any) -> stripe.Refund:
    return stripes.v1.refunds.create({"payment_intent": intent.id, **more})


def charge_of(stripes: Stripes, intent: stripe.PaymentIntent) -> Any:
    return stripes.v1.charges.retrieve(str(intent.latest_charge), {"expand": ["refunds"]})


def dispute_of(stripes: Stripes, intent: stripe.PaymentIntent) -> Any:
    return stripes.v1.disputes.list({"payment_intent": intent.id}).data[0]


def test_a_payment_is_given_back_in_parts_and_never_more_than_it_was(stripes: Stripes):
    intent = stripes.charged()

    first = refund(stripes, intent, amount=2_345, metadata={"refund": "rf_1"})
    with pytest.raises(stripe.InvalidRequestError, match=r"greater than unrefunded amount"):
        refund(stripes, intent, amount=10_001)
    rest = refund(stripes, intent)

    assert (first.status, rest.amount) == ("succeeded", 10_000)
    charge = charge_of(stripes, intent)
    assert (charge.refunded, charge.amount_refunded) == (True, 12_345)
    assert [found.id for found in charge.refunds.data] == [first.id, rest.id]
    with pytest.raises(stripe.InvalidRequestError) as caught:
        refund(stripes, intent, amount=1)
    assert caught.value.code == "charge_already_refunded"


def test_a_refund_of_a_card_can_fail_a_day_after_it_succeeded(stripes: Stripes):
    intent = stripes.charged("pm_card_refundFail")
    made = refund(stripes, intent, amount=5_000)
    assert made.status == "succeeded"

    stripes.pass_time(days=1, minutes=1)

    failed: Any = stripes.v1.refunds.retrieve(made.id, {"expand": ["failure_balance_transaction"]})
    assert (failed.status, failed.failure_balance_transaction.amount) == ("failed", 5_000)
    assert charge_of(stripes, intent).amount_refunded == 0
    assert "refund.failed" in stripes.heard()


def test_a_refund_can_take_a_while(stripes: Stripes):
    made = refund(stripes, stripes.charged("pm_card_pendingRefund"))
    assert (made.status, made.pending_reason) == ("pending", "processing")

    stripes.pass_time(days=2)

    assert stripes.v1.refunds.retrieve(made.id).status == "succeeded"


def test_a_debit_is_given_back_after_some_days_and_not_before_it_cleared(stripes: Stripes):
    intent = stripes.debited()
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        refund(stripes, intent)

    stripes.pass_time(days=5)
    made = refund(stripes, intent)
    assert made.status == "pending"
    stripes.pass_time(days=4)

    assert stripes.v1.refunds.retrieve(made.id).status == "succeeded"


def test_a_dispute_takes_the_money_and_a_fee_at_once(stripes: Stripes):
    intent = stripes.charged("pm_card_createDispute")
    stripes.pump()

    dispute = dispute_of(stripes, intent)

    assert (dispute.status, dispute.amount) == ("needs_response", 12_345)
    [booked] = dispute.balance_transactions
    assert (booked.amount, booked.fee, booked.net) == (-12_345, 1_500, -13_845)
    assert charge_of(stripes, intent).disputed
    heard = stripes.heard()
    assert heard.index("charge.dispute.created") < heard.index("charge.dispute.funds_withdrawn")
    with pytest.raises(stripe.InvalidRequestError) as caught:
        refund(stripes, intent)
    assert caught.value.code == "charge_disputed"


@pytest.mark.parametrize(
    ("evidence", "status", "entries"),
    [("winning_evidence", "won", 2), ("losing_evidence", "lost", 1)],
)
def test_evidence_decides_a_dispute(stripes: Stripes, evidence: str, status: str, entries: int):
    intent = stripes.charged("pm_card_createDispute")
    stripes.pump()
    dispute = dispute_of(stripes, intent)

    handed_in = stripes.v1.disputes.update(
        dispute.id, {"evidence": {"uncategorized_text": evidence}, "submit": True}
    )
    assert handed_in.status == "under_review"
    stripes.pass_time(hours=2)

    closed = dispute_of(stripes, intent)
    assert (closed.status, len(closed.balance_transactions)) == (status, entries)
    heard = stripes.heard()
    assert "charge.dispute.closed" in heard
    assert ("charge.dispute.funds_reinstated" in heard) == (status == "won")


def test_a_dispute_that_nobody_answers_is_lost(stripes: Stripes):
    intent = stripes.charged("pm_card_createDispute")

    stripes.pass_time(days=10)

    assert dispute_of(stripes, intent).status == "lost"


def test_a_dispute_can_be_conceded(stripes: Stripes):
    intent = stripes.charged("pm_card_createDispute")
    stripes.pump()

    assert stripes.v1.disputes.close(dispute_of(stripes, intent).id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        stripes.v1.disputes.close(dispute_of(stripes, intent).id)


def test_a_debit_that_is_taken_back_is_lost_as_soon_as_it_is_known(stripes: Stripes):
    intent = stripes.debited("pm_usBankAccount_dispute")

    stripes.pass_time(days=5)

    dispute = dispute_of(stripes, intent)
    assert (dispute.status, dispute.reason) == ("lost", "debit_not_authorized")
    heard = stripes.heard()
    assert heard.index("payment_intent.succeeded") < heard.index("charge.dispute.created")
    assert "charge.dispute.closed" in heard


def test_only_what_was_not_given_back_is_disputed(stripes: Stripes):
    intent = stripes.charged()
    refund(stripes, intent, amount=345)

    stripes.press("dispute", id=str(intent.latest_charge))

    assert dispute_of(stripes, intent).amount == 12_000


def test_the_balance_is_the_sum_of_everything(stripes: Stripes):
    intent = stripes.charged()
    refund(stripes, intent, amount=345)
    stripes.pass_time(days=3)

    [available] = stripes.v1.balance.retrieve().available

    assert available.amount == 12_345 - 388 - 345
