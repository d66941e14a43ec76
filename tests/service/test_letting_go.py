"""What the gateway does not know, or tells in a way that does not fit, holds nothing for ever."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from billing_app.access.installation import Installation
from billing_app.collecting.comparing import compare_with_gateway
from billing_app.collecting.gateway import GatewayAway
from billing_app.collecting.letting_go import MayStillBePaid, let_go
from billing_app.collecting.reconciling import reconcile
from billing_app.collecting.room import making_room
from billing_app.collecting.settling import look_again
from billing_app.gateways.payments import Stage
from billing_app.gateways.refusals import NotKnown
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Invalid, NotAllowed
from billing_app.models.attempt import AttemptMessage, PaymentAttempt
from billing_app.reads.admin import activity
from billing_app.services.claiming import BeingPaid
from billing_app.services.letting_go import MovedOn, NothingHeld, let_attempt_go
from tests.news import Newsroom
from tests.posting import place
from tests.stripes import open_stripes
from tests.world import Person, World

HOUR = timedelta(hours=1)


class Clerk(Newsroom):
    """Ada, whose gateway forgets, or tells what cannot be."""

    def wipe(self) -> None:
        """Somebody deletes all the test data of the account."""
        with self.stripes.simulated.store.writing() as connection:
            connection.execute("DELETE FROM objects")

    def takes_less(self) -> None:
        """The gateway took another amount than it was asked for."""
        with self.stripes.simulated.store.writing() as connection:
            connection.execute(
                "UPDATE objects SET body = replace(body, ?, ?) WHERE kind = 'payment_intent'",
                ('"amount_received": 11000', '"amount_received": 10900'),
            )

    def reconciles(self, after: timedelta) -> None:
        clock.move(after)
        reconcile(self.place)

    def looks_again(self) -> None:
        """Ask the gateway about the last attempt."""
        attempt_id = PaymentAttempt.read_id(self.attempt())
        with suppress(NotKnown):
            look_again(self.place, self.system.organization_id, attempt_id, source="reconciler")

    def attempt(self) -> str:
        """The last attempt."""
        wanted = select(PaymentAttempt).order_by(col(PaymentAttempt.id).desc()).limit(1)
        return self.sees(lambda work: work.exec(wanted).one().shown_id)

    def stands(self) -> str:
        return str(self.told(PaymentAttempt, self.attempt(), "state")[0])

    def said(self) -> list[tuple[str, str, str]]:
        """What was heard of attempts: how they stand, what was made of it, and why."""
        kept = AttemptMessage
        return self._rows(select(kept.said, kept.verdict, kept.why).order_by(col(kept.id)))

    def lets_go(self, *, by: Person | None = None, at: Installation | None = None) -> str:
        actor = (by or self.by).actor
        return let_go(at or self.place, actor, self.attempt(), reason="Keys changed")  # type: ignore[arg-type]

    def records(self, invoice: str) -> None:
        """Record that the money came another way."""
        making_room(self.place, self.by.actor, lambda: self.pay(110_00, invoice))


@pytest.fixture
def clerk(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clerk]:
    with open_stripes(tmp_path) as stripes:
        yield Clerk(world, stripes, monkeypatch)


def test_a_page_that_the_gateway_does_not_know_is_given_up_after_its_hour(clerk: Clerk):
    clerk.open_page(clerk.invoice(110_00))
    clerk.wipe()
    clerk.reconciles(after=HOUR / 2)
    before = clerk.stands()

    clerk.reconciles(after=HOUR / 2)

    assert (before, clerk.stands()) == ("requires_action", "canceled")


def test_whoever_needs_room_for_other_money_finds_it_after_that_hour(clerk: Clerk):
    invoice = clerk.invoice(110_00)
    clerk.open_page(invoice)
    clerk.wipe()
    with pytest.raises(BeingPaid):
        clerk.records(invoice)
    clock.move(HOUR)

    clerk.records(invoice)

    assert (clerk.still(invoice), clerk.stands()) == (0, "canceled")


def test_without_a_gateway_a_page_is_closed_after_its_hour(clerk: Clerk):
    invoice = clerk.invoice(110_00)
    clerk.open_page(invoice)
    clock.move(HOUR)
    alone = replace(clerk.place, settings=place(clerk.world).settings)

    making_room(alone, clerk.by.actor, lambda: clerk.pay(110_00, invoice))

    assert clerk.still(invoice) == 0


@pytest.mark.parametrize(
    ("stage", "ends"),
    [(Stage.REQUIRES_ACTION, "canceled"), (Stage.PROCESSING, "processing")],
)
def test_a_debit_on_its_way_is_not_given_up_though_it_is_not_known(
    clerk: Clerk, stage: Stage, ends: str
):
    begun = clerk.begin(clerk.invoice(110_00))
    clerk.settle(begun, stage, session=f"cs_{begun.asked.attempt}")
    clock.move(25 * HOUR)

    clerk.looks_again()

    assert clerk.stands() == ends


def test_an_admin_lets_go_what_is_not_known_before_that_and_says_why(clerk: Clerk):
    invoice = clerk.invoice(110_00)
    clerk.open_page(invoice)
    clerk.wipe()

    clerk.lets_go()
    clerk.records(invoice)

    assert (clerk.stands(), clerk.still(invoice)) == ("canceled", 0)
    assert clerk.said()[-1] == ("canceled", "applied", "Keys changed")
    assert "let a payment go" in [each.deed for each in clerk.does(activity)][1]
    with pytest.raises(NothingHeld):
        clerk.lets_go()


def test_nobody_lets_go_what_may_still_be_paid(clerk: Clerk):
    clerk.open_page(clerk.invoice(110_00))

    with pytest.raises(MayStillBePaid, match="Nothing was changed"):
        clerk.lets_go()
    clerk.stripes.set_mood("failing", about="GET *", times="9")
    with pytest.raises(GatewayAway):
        clerk.lets_go()

    assert clerk.stands() == "requires_action"


def test_what_was_paid_by_then_is_recorded_and_not_let_go(clerk: Clerk):
    invoice = clerk.invoice(110_00)
    clerk.pays_on_page(invoice)

    with pytest.raises(NothingHeld):
        clerk.lets_go()

    assert (clerk.stands(), clerk.still(invoice), clerk.payments()) == ("succeeded", 0, [110_00])


def test_only_who_takes_payments_lets_go_and_never_without_a_reason(clerk: Clerk):
    clerk.open_page(clerk.invoice(110_00))
    clerk.wipe()
    attempt, now = clerk.attempt(), clock.now()

    with pytest.raises(NotAllowed):
        clerk.lets_go(by=clerk.world.vic)
    with pytest.raises(Invalid):
        clerk.does(lambda work: let_attempt_go(work, attempt, seen_at=now, reason=" "))
    with pytest.raises(MovedOn):
        clerk.does(lambda work: let_attempt_go(work, attempt, seen_at=now, reason="Why not"))

    assert clerk.stands() == "requires_action"


def test_what_does_not_fit_is_told_once_shown_truly_and_let_go(clerk: Clerk):
    invoice = clerk.invoice(110_00)
    clerk.pays_on_page(invoice)
    clerk.takes_less()
    for _ in range(3):
        clerk.reconciles(after=timedelta(seconds=61))
    put_aside = [each for each in clerk.said() if each[1] == "quarantined"]

    [row] = compared(clerk, clock.now() - HOUR)
    clerk.lets_go()
    clerk.records(invoice)

    assert [said for said, _, _ in put_aside] == ["succeeded"]
    assert "does not fit what was asked for" in row
    assert "let it go" in row
    assert (clerk.stands(), clerk.still(invoice)) == ("canceled", 0)
    assert clerk.differences() == []


def test_money_that_comes_after_it_was_let_go_is_recorded(clerk: Clerk):
    invoice = clerk.invoice(110_00)
    begun = clerk.begin(invoice)
    clerk.lets_go()

    clerk.settle(begun, Stage.SUCCEEDED)

    assert (clerk.stands(), clerk.still(invoice)) == ("succeeded", 0)


def compared(clerk: Clerk, since: datetime) -> list[str]:
    """What reconciliation says is to be done."""
    actor = clerk.by.actor
    return [each.fix for each in compare_with_gateway(clerk.place, actor, since).wrong]  # type: ignore[arg-type]
