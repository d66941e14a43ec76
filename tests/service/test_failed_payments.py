"""What admins read of money that did not come, and where trying again is offered."""

from __future__ import annotations

import pytest

from billing_app.gateways.payments import Saved, Stage, Way
from billing_app.reads import attempts, invoice_page, timelines
from billing_app.services.asking import Begun
from billing_app.ui.admin.invoice_rows import PaymentLine, payment_lines
from billing_app.ui.admin.outcomes import outcome
from tests.attempts import Counter
from tests.billing import drawn
from tests.world import World

DECLINED = (
    "The bank declined this payment. Nothing was charged. Please pay another way, or ask the bank"
    " why."
)


class Desk(Counter):
    """Somebody who looks at the payments of an invoice after its card was declined."""

    def declines(self, invoice: str) -> Begun:
        begun = self.begin(invoice)
        self.settle(begun, Stage.FAILED, failure=DECLINED, failure_code="card_declined")
        return begun

    def keeps_a_card(self) -> None:
        """Marsh Design leaves a card for later, paying an invoice of one dollar with it."""
        kept = Saved(drawn("pm"), Way.CARD, "Visa •••• 4242")
        begun = self.begin(self.invoice(1_00), saves=True, begun_by="contact")
        self.settle(begun, Stage.SUCCEEDED, saved=kept)

    def lines(self, invoice: str) -> list[PaymentLine]:
        return payment_lines(self.does(lambda work: invoice_page.invoice_page(work, invoice)))

    def offered(self, invoice: str) -> list[str]:
        """The attempts beside which trying again is offered."""
        return [line.retries for line in self.lines(invoice) if line.retries]


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def test_an_admin_reads_why_a_card_was_declined_without_words_to_the_payer(desk: Desk):
    invoice = desk.invoice(40_00)
    attempt_id = desk.declines(invoice).asked.attempt
    why = "The bank declined this payment."

    found = desk.does(lambda work: attempts.attempt(work, attempt_id))
    happened = desk.does(lambda work: timelines.timeline(work, invoice)).rows

    assert [line.note for line in desk.lines(invoice)] == [why]
    assert (found.failure, [each.why for each in found.heard]) == (why, [why])
    assert happened[0].reason == why
    assert outcome(found).words == (
        f"A$40.00 was not charged, so no money moved. {why} You can try again below, or send the"
        " pay link."
    )


def test_trying_again_is_offered_at_the_latest_failure_alone(desk: Desk):
    desk.keeps_a_card()
    invoice = desk.invoice(40_00)
    desk.declines(invoice)
    latest = desk.declines(invoice)

    assert desk.offered(invoice) == [latest.asked.attempt]


def test_trying_again_is_not_offered_while_all_that_is_left_is_on_its_way(desk: Desk):
    desk.keeps_a_card()
    invoice = desk.invoice(40_00)
    failed = desk.declines(invoice)
    debit = desk.begin(invoice, amount=30_00, way=Way.DIRECT_DEBIT)
    desk.settle(debit, Stage.PROCESSING)
    assert desk.offered(invoice) == [failed.asked.attempt]

    rest = desk.begin(invoice, amount=10_00, way=Way.DIRECT_DEBIT)
    desk.settle(rest, Stage.PROCESSING)

    assert desk.offered(invoice) == []
