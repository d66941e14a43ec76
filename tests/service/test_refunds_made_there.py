"""Refunds that somebody made at the gateway itself: the money has left, and the books say so."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from billing_app.collecting.comparing import compare_with_gateway
from billing_app.collecting.refunds import look_at_found_refund, settle_refund
from billing_app.gateways.payments import RefundTold
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import NotAllowed, NotFound
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.payment import Payment, Refund
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.reads.exceptions import exceptions
from billing_app.reads.money_back import MoneyBack, money_back_of
from billing_app.reads.reconciliation import Compared
from billing_app.services import reversing
from billing_app.services.dealing import mark_dealt_with
from tests.billing import aud
from tests.news import VISA, Newsroom
from tests.stripes import open_stripes
from tests.world import Person, World

FAILS_LATER = "4000000000005126"


class Dashboard(Newsroom):
    """A business whose people also press Refund at the gateway."""

    def paid(self, *invoices: str, number: str = VISA) -> str:
        """Have it paid by card, and heard of; returns the id of the payment."""
        self.pays_on_page(*invoices, number=number)
        self.hears()
        wanted = select(Payment).order_by(col(Payment.id).desc()).limit(1)
        return self.sees(lambda work: work.exec(wanted).one().shown_id)

    def refunds_there(self, minor: int) -> str:
        """Press Refund at the gateway, for the latest payment; returns its name there."""
        wanted = select(PaymentAttempt.gateway_payment).order_by(col(PaymentAttempt.id).desc())
        name = self.sees(lambda work: work.exec(wanted.limit(1)).one())
        return self.stripes.v1.refunds.create({"payment_intent": str(name), "amount": minor}).id

    def hears(self) -> None:
        """All news so far is brought twice, and applied."""
        for message in self.sent() * 2:
            assert self.bring(message).status == 200
        self.stripes.received.clear()
        self.apply()

    def refunds(self) -> list[tuple[str, int, str]]:
        """Each refund: its choice, its amount, how it went."""
        wanted = select(Refund.choice, Refund.amount_minor, Refund.method)
        return self._rows(wanted.order_by(col(Refund.id)))

    def back(self, payment: str) -> MoneyBack:
        """What Ada is told of what went back of a payment."""
        return self.does(lambda work: money_back_of(work, payment))

    def compares(self) -> list[Compared]:
        """One-click reconciliation: what it says of refunds."""
        since = clock.now() - timedelta(days=1)
        found = compare_with_gateway(self.place, self.by.actor, since)  # type: ignore[arg-type]
        return [each for each in found.wrong + found.matched if each.is_refund]

    def looks_again(self, reference: str, by: Person | None = None) -> None:
        """Press the fix of the reconciliation."""
        look_at_found_refund(self.place, (by or self.by).actor, reference)  # type: ignore[arg-type]


@pytest.fixture
def dashboard(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dashboard]:
    with open_stripes(tmp_path) as stripes:
        yield Dashboard(world, stripes, monkeypatch)


def test_a_refund_made_there_is_recorded_once_and_is_owed_again(dashboard: Dashboard):
    invoice = dashboard.invoice(110_00)
    payment = dashboard.paid(invoice)

    name = dashboard.refunds_there(40_00)
    dashboard.hears()

    assert dashboard.refunds() == [("still_owes", 40_00, "gateway")]
    assert dashboard.postings()[-1] == ("refund_still_owed", "1100", "1010", 40_00)
    assert dashboard.still(invoice) == 40_00
    [told] = dashboard.back(payment).refunds
    assert (told.gateway_refund, told.state, told.submitted) == (name, "succeeded", 0)
    assert "at the payment provider itself" in told.reason
    assert (told.heard[0].source, told.heard[0].verdict) == ("webhook", "applied")
    assert dashboard.differences() == []


def test_what_is_unused_credit_goes_first_and_its_request_asks_again(dashboard: Dashboard):
    request = dashboard.request(50_00)
    dashboard.paid(request)

    dashboard.refunds_there(20_00)
    dashboard.hears()

    assert dashboard.postings()[-1] == ("refund_still_owed", "2000", "1010", 20_00)
    assert dashboard.credit() == 30_00
    assert dashboard.told(CreditRequest, request, "still_to_pay_minor") == [20_00]
    assert dashboard.differences() == []


def test_one_that_fails_later_comes_back_like_our_own(dashboard: Dashboard):
    invoice = dashboard.invoice(110_00)
    dashboard.paid(invoice, number=FAILS_LATER)
    dashboard.refunds_there(110_00)
    dashboard.hears()
    before = dashboard.still(invoice)

    dashboard.stripes.pass_time(days=2)
    dashboard.hears()

    assert (before, dashboard.still(invoice)) == (110_00, 0)
    assert dashboard.postings()[-1] == ("refund_reversed", "1010", "1100", 110_00)
    assert dashboard.differences() == []


def test_one_that_came_to_nothing_before_we_heard_of_it_records_nothing(dashboard: Dashboard):
    payment = dashboard.paid(dashboard.invoice(110_00), number=FAILS_LATER)
    dashboard.refunds_there(110_00)
    dashboard.stripes.pass_time(days=2)

    dashboard.hears()

    assert dashboard.refunds() == []
    assert {each.verdict for each in dashboard.back(payment).put_aside} == {"noted"}


def test_what_does_not_fit_is_put_aside_with_an_alarm_until_it_is_mended(
    dashboard: Dashboard, caplog: pytest.LogCaptureFixture
):
    invoice = dashboard.invoice(110_00)
    payment = dashboard.paid(invoice)
    by_hand = dashboard.refund(payment, 100_00)
    name = dashboard.refunds_there(50_00)

    with caplog.at_level(logging.ERROR):
        dashboard.hears()

    assert dashboard.refunds() == [("still_owes", 100_00, "outside")]
    assert f"News of refund {name} does not fit and was put aside." in caplog.text
    [told] = {(each.verdict, each.why) for each in dashboard.back(payment).put_aside}
    assert told[0] == "quarantined"
    assert "10.00" in told[1]
    [row] = dashboard.compares()
    assert (row.match, row.reference, row.payment_id) == ("only at the gateway", name, payment)
    assert "was made at the payment provider itself" in row.fix

    dashboard.does(lambda work: reversing.reverse_refund(work, by_hand, reason="Went by card"))
    dashboard.looks_again(name)

    assert dashboard.refunds()[1:] == [("still_owes", 50_00, "gateway")]
    assert (dashboard.still(invoice), dashboard.compares()[0].match) == (50_00, "matched")
    assert dashboard.differences() == []


def test_two_that_do_not_fit_wait_each_for_themselves(dashboard: Dashboard):
    payment = dashboard.paid(dashboard.invoice(110_00))
    dashboard.refund(payment, 100_00)
    for minor in (50_00, 40_00):
        dashboard.refunds_there(minor)
    dashboard.hears()

    first, second = (row.about for row in dashboard.does(exceptions).rows)
    dashboard.does(lambda work: mark_dealt_with(work, first, reason="Taken back by hand"))

    assert [row.about for row in dashboard.does(exceptions).rows] == [second]


def test_who_gives_no_money_back_records_none_either(dashboard: Dashboard):
    dashboard.paid(dashboard.invoice(110_00))
    name = dashboard.refunds_there(50_00)

    with pytest.raises(NotAllowed):
        dashboard.looks_again(name, dashboard.world.vic)
    assert dashboard.refunds() == []


def test_one_that_nobody_heard_of_is_only_there_and_one_click_away(dashboard: Dashboard):
    dashboard.paid(dashboard.invoice(110_00))
    name = dashboard.refunds_there(50_00)

    [row] = dashboard.compares()
    dashboard.looks_again(name)
    dashboard.looks_again(name)

    assert (row.match, row.amount.minor) == ("only at the gateway", 50_00)
    assert [each.match for each in dashboard.compares()] == ["matched"]
    assert len(dashboard.refunds()) == 1


def test_one_that_came_back_unheard_is_only_here(dashboard: Dashboard):
    dashboard.paid(dashboard.invoice(110_00), number=FAILS_LATER)
    dashboard.refunds_there(50_00)
    dashboard.hears()
    [refund] = dashboard.stripes.v1.refunds.list().data
    dashboard.stripes.press("fail-refund", id=refund.id)

    [row] = dashboard.compares()

    assert row.match == "only here"
    assert "came back to us" in row.fix


@pytest.mark.parametrize("label", ["rfa_nonsense", "something"])
def test_a_label_that_anybody_can_write_stands_in_no_ones_way(dashboard: Dashboard, label: str):
    payment = dashboard.paid(dashboard.invoice(110_00))
    name = dashboard.refunds_there(50_00)
    dashboard.stripes.v1.refunds.update(name, {"metadata": {"refund": label}})

    dashboard.hears()

    fits = label == "something"
    assert dashboard.refunds() == ([("still_owes", 50_00, "gateway")] if fits else [])
    assert bool(dashboard.back(payment).put_aside) is not fits
    assert dashboard.count(RefundAttempt) == fits


def test_a_refund_of_somebody_elses_payment_is_none_of_ours(dashboard: Dashboard):
    told = RefundTold(
        reference="re_else_1", payment="pi_else_1", amount=aud(5_00), state="succeeded"
    )

    with pytest.raises(NotFound):
        settle_refund(dashboard.place, dashboard.system.organization_id, told, source="webhook")
    assert dashboard.refunds() == []
