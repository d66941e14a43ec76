"""Disputes: money that came in and is asked back by the payer's bank, over the wire."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from billing_app.access.installation import work_now
from billing_app.collecting.disputes import settle_dispute
from billing_app.collecting.gateway import gateway_of
from billing_app.collecting.refunds import refund_to_card
from billing_app.collecting.settling import settle
from billing_app.gateways.payments import DisputeTold, Way
from billing_app.kernel.errors import NotFound
from billing_app.kernel.money import Money
from billing_app.ledger.accounts import Code
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.dispute import Dispute
from billing_app.models.party import Customer
from billing_app.models.payment import Payment
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.reads.exceptions import exceptions
from billing_app.reads.flagged import customer_flags
from billing_app.reads.invoices import invoices
from billing_app.reads.payments import payment as payment_of
from billing_app.reads.refundable import refundable_on
from billing_app.services import disputing
from billing_app.services.disputing import DISPUTE_MOVES
from billing_app.services.handing_back import Disputed
from billing_app.services.refund_asking import RefundAsked
from tests.attempts import NEWS
from tests.billing import aud, drawn
from tests.shop import Shop
from tests.stripes import open_stripes
from tests.world import World


class Counter(Shop):
    """A shop whose customers' banks ask money back."""

    def paid(self, *documents: str, **more: Any) -> str:
        """Have documents paid by card; returns the gateway's name of the payment."""
        self.pays_by_card(*documents, **more)
        return self.name()

    def name(self) -> str:
        wanted = select(PaymentAttempt.gateway_payment)
        return str(self.sees(lambda work: work.exec(wanted).one()))

    def payment(self) -> str:
        return str(self.sees(lambda work: work.exec(select(Payment)).one().shown_id))

    def dispute(self, name: str) -> str:
        """Have a payment disputed there; returns the gateway's name of the dispute."""
        intent = self.stripes.v1.payment_intents.retrieve(name)
        self.stripes.press("dispute", id=str(intent.latest_charge))
        return self.disputed(name)

    def disputed(self, name: str) -> str:
        return self.stripes.v1.disputes.list({"payment_intent": name}).data[0].id

    def decide(self, dispute: str, *, won: bool) -> None:
        self.stripes.press("decide", id=dispute, won="yes" if won else "no")

    def hear(self, dispute: str) -> None:
        """Apply what the gateway says now, the payment first."""
        gateway, organization = gateway_of(self.place), self.system.organization_id
        told = gateway.look_at_dispute(dispute)
        settle(self.place, organization, gateway.look_at_payment(told.payment), source="webhook")
        settle_dispute(self.place, organization, told)

    def give_back(self, minor: int) -> str:
        asked = RefundAsked(
            attempt_id=drawn("rfa"),
            payment_id=self.payment(),
            amount=aud(minor),
            choice="still_owes",
            reason="The wrong card was used",
        )
        return refund_to_card(self.place, self.by.actor, asked)  # type: ignore[arg-type]

    def kept(self) -> list[tuple[str, int, int]]:
        """Each dispute: how it stands, its amount and its fee."""
        return self._rows(select(Dispute.state, Dispute.amount_minor, Dispute.fee_minor))

    def exceptions(self) -> list[tuple[str, str]]:
        """The kind of each exception, and what its page is about."""
        return [(row.kind, row.page[:4]) for row in self.does(exceptions).rows]

    def flags(self) -> tuple[list[str], list[str], list[str]]:
        """What an admin sees of the payment, the invoice and the customer."""
        customer = Customer.read_id(self.world.marsh)
        payment = self.does(lambda work: payment_of(work, self.payment()))
        rows = self.does(invoices).rows
        known = self.does(lambda work: customer_flags(work, [customer]))
        return payment.row.flags, rows[0].flags, known[customer]


@pytest.fixture
def counter(world: World, tmp_path: Path) -> Iterator[Counter]:
    with open_stripes(tmp_path) as stripes:
        yield Counter(world, stripes)


FEE = 15_00


def test_row_18_what_is_disputed_is_held_and_costs_a_fee(counter: Counter):
    invoice = counter.invoice(110_00)
    dispute = counter.dispute(counter.paid(invoice))

    counter.hear(dispute)
    counter.hear(dispute)

    assert counter.kept() == [("open", 110_00, FEE)]
    assert counter.postings()[-2:] == [
        ("dispute_opened", "1150", "1010", 110_00),
        ("dispute_opened", "5200", "1010", FEE),
    ]
    assert counter.still(invoice) == 0
    assert counter.flags() == (["Disputed"], ["Disputed"], ["Disputed"])
    assert counter.exceptions() == [("disputes", "pay_")]
    [row] = counter.does(exceptions).rows
    assert row.until
    assert counter.differences() == []


def test_row_18b_a_dispute_that_is_won_brings_the_money_back(counter: Counter):
    invoice = counter.invoice(110_00)
    dispute = counter.dispute(counter.paid(invoice))
    counter.hear(dispute)

    counter.decide(dispute, won=True)
    counter.hear(dispute)
    counter.hear(dispute)

    assert counter.kept() == [("won", 110_00, FEE)]
    assert counter.postings()[-1] == ("dispute_won", "1010", "1150", 110_00)
    assert (counter.still(invoice), counter.balance(Code.DISPUTES_HELD)) == (0, aud(0))
    assert counter.flags() == ([], [], [])
    assert counter.exceptions() == []
    assert counter.differences() == []


def test_row_18c_a_dispute_that_is_lost_asks_for_the_money_again(counter: Counter):
    invoice = counter.invoice(110_00)
    dispute = counter.dispute(counter.paid(invoice))
    counter.hear(dispute)

    counter.decide(dispute, won=False)
    counter.hear(dispute)
    counter.hear(dispute)

    assert counter.postings()[-1] == ("dispute_lost", "1100", "1150", 110_00)
    assert (counter.still(invoice), counter.balance(Code.DISPUTES_HELD)) == (110_00, aud(0))
    assert counter.states() == ["reversed"]
    assert counter.flags() == (["Disputed"], [], ["Disputed"])
    assert counter.exceptions() == [("taken back", "att_")]
    assert counter.differences() == []
    counter.pays_by_card(invoice)
    assert (counter.still(invoice), counter.exceptions()) == (0, [])


@pytest.mark.parametrize("won", [True, False])
def test_news_of_the_end_that_comes_first_posts_both(counter: Counter, won: bool):
    dispute = counter.dispute(counter.paid(counter.invoice(110_00)))
    counter.decide(dispute, won=won)

    counter.hear(dispute)

    end = ("dispute_won", "1010") if won else ("dispute_lost", "1100")
    assert [row[0] for row in counter.postings()][-3:] == ["dispute_opened"] * 2 + [end[0]]
    assert counter.postings()[-1] == (*end, "1150", 110_00)
    assert counter.differences() == []


def test_g13_a_payment_that_is_disputed_is_not_refunded_as_well(counter: Counter):
    dispute = counter.dispute(counter.paid(counter.invoice(110_00)))
    before_we_knew = counter.give_back(110_00)
    counter.hear(dispute)

    with pytest.raises(Disputed, match="Nothing was given back"):
        counter.give_back(10_00)
    with pytest.raises(Disputed):
        counter.refund(counter.payment(), 10_00)

    assert counter.told(RefundAttempt, before_we_knew, "state") == ["failed"]
    assert "cannot be given back" in counter.told(RefundAttempt, before_we_knew, "failure")[0]
    assert counter.differences() == []


def test_what_is_disputed_is_not_offered_to_be_refunded_until_it_is_won(counter: Counter):
    invoice = counter.invoice(110_00)
    dispute = counter.dispute(counter.paid(invoice))

    def offered() -> list[int]:
        rows = counter.does(lambda work: refundable_on(work, invoice))
        return [row.most.minor for row in rows]

    counter.hear(dispute)
    assert offered() == []
    counter.decide(dispute, won=True)
    counter.hear(dispute)
    assert offered() == [110_00]


def test_c6_what_was_refunded_first_is_not_lost_again(counter: Counter):
    invoice = counter.invoice(110_00)
    name = counter.paid(invoice)
    counter.give_back(30_00)
    dispute = counter.dispute(name)
    counter.decide(dispute, won=False)

    counter.hear(dispute)

    assert counter.kept() == [("lost", 80_00, FEE)]
    assert counter.still(invoice) == 110_00
    assert counter.differences() == []


def test_a_loss_beyond_what_is_left_of_a_payment_is_ours(counter: Counter):
    """Money went back, and the bank took all of the payment all the same."""
    name = counter.paid(counter.invoice(110_00))
    counter.give_back(30_00)

    assert _settles(counter, name, state="lost") == "applied"

    assert counter.postings()[-2:] == [
        ("dispute_lost", "1100", "1150", 80_00),
        ("dispute_lost", "5100", "1150", 30_00),
    ]
    assert counter.differences() == []


def test_what_was_lost_of_a_payment_is_told_and_not_all_that_was_paid(counter: Counter):
    name = counter.paid(counter.invoice(110_00))

    _settles(counter, name, state="lost", amount=aud(10_00))

    [row] = counter.does(exceptions).rows
    assert row.what.startswith("A$10.00 for Invoice INV-00001 was taken back")


def test_credit_that_a_lost_payment_brought_is_gone_with_all_it_paid(counter: Counter):
    request, invoice = counter.request(110_00), counter.invoice(40_00)
    counter.settings(apply_credit_to_invoices=True)
    name = counter.paid(request)
    used = counter.still(invoice)

    _settles(counter, name, state="lost")

    assert (used, counter.still(invoice), counter.credit()) == (0, 40_00, 0)
    assert counter.asked(request) == 70_00
    assert counter.differences() == []


def test_a_warning_moves_no_money(counter: Counter):
    name = counter.paid(counter.invoice(110_00))
    before = counter.postings()

    ends = [
        _settles(counter, name, state=state, withdrawn=False)
        for state in ("warning", "warning", "won")
    ]

    assert ends == ["applied", "known", "applied"]
    assert (counter.postings(), counter.flags()[0]) == (before, [])
    assert counter.differences() == []


def test_late_news_of_a_dispute_never_regresses_it(counter: Counter):
    name = counter.paid(counter.invoice(110_00))
    _settles(counter, name, state="open")
    _settles(counter, name, state="lost")

    assert [_settles(counter, name, state=state) for state in ("open", "won", "lost")] == [
        "late",
        "late",
        "known",
    ]
    assert counter.differences() == []


@pytest.mark.parametrize(
    "said",
    [{"amount": aud(110_01)}, {"amount": Money(10_00, "USD")}, {"amount": aud(50_00)}],
    ids=["more than was paid", "another currency", "another amount than before"],
)
def test_news_of_a_dispute_that_does_not_fit_posts_nothing(counter: Counter, said: dict[str, Any]):
    name = counter.paid(counter.invoice(110_00))
    _settles(counter, name, state="open")
    before = counter.postings()

    assert _settles(counter, name, state="lost", **said) == "quarantined"
    assert (counter.postings(), counter.kept()[0][0]) == (before, "open")


def test_a_dispute_of_somebody_elses_payment_is_none_of_ours(counter: Counter):
    told = _news("pi_of_somebody_else", state="open")

    with pytest.raises(NotFound):
        settle_dispute(counter.place, counter.system.organization_id, told)
    assert counter.kept() == []


def test_a_debit_that_was_taken_back_costs_its_fee_too(counter: Counter):
    counter.stripes.set_mood("debit_taken_back")
    invoice = counter.invoice(110_00)
    url = counter.leads(invoice, way=Way.DIRECT_DEBIT)
    counter.comes_back(
        counter.fills(url, "au_becs_debit", "000123456", email="m@m.example", name="M")
    )
    counter.stripes.pass_time(days=7)
    counter.reconcile()
    counter.stripes.pass_time(days=9)
    dispute = counter.disputed(counter.name())

    counter.hear(dispute)
    counter.hear(dispute)

    assert counter.postings()[-2:] == [
        ("payment_reversed", "1100", "1010", 110_00),
        ("dispute_opened", "5200", "1010", FEE),
    ]
    assert (counter.still(invoice), counter.states()) == (110_00, ["reversed"])
    assert counter.differences() == []


def test_a_dispute_state_says_what_it_may_become():
    assert set(DISPUTE_MOVES) == {"warning"} | {
        state for moves in DISPUTE_MOVES.values() for state in moves
    }


def _news(name: str, **said: Any) -> DisputeTold:
    usual = {"amount": aud(110_00), "withdrawn": True, "held": True, "fee": aud(FEE)}
    opened = datetime(2026, 11, 21, tzinfo=UTC)
    return DisputeTold(
        **({"reference": f"du_{name}", "payment": name, "opened_at": opened} | usual | said)
    )


def _settles(counter: Counter, name: str, **said: Any) -> str:
    return work_now(
        counter.system,
        counter.world.database,
        lambda work: disputing.settle_dispute(work, _news(name, **said), NEWS),
    )
