"""Sixty-four at once who want to pay, or to charge, the same thing: it is paid once.

Each has a thread and transactions of their own; the gateway is the simulated Stripe, over the
wire. Whoever loses reads a sentence; nothing else is ever raised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from billing_app.collecting.gateway import GatewayAway
from billing_app.collecting.pages import come_back
from billing_app.gateways.payments import Stage, Told
from billing_app.jobs.apply_news import apply_news
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Conflict
from billing_app.models.attempt import PaymentAttempt
from billing_app.services import settling, voiding
from tests.attempts import NEWS
from tests.billing import drawn
from tests.checking import check_books
from tests.news import Newsroom, about
from tests.racing import Does, at_once, patiently
from tests.shop import Shop
from tests.stripes import open_stripes
from tests.working import wait_until
from tests.world import World

MANY = 64
PREPARE = "POST /v1/payment_intents"


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Shop]:
    with open_stripes(tmp_path) as stripes:
        yield Shop(world, stripes)


def pays(shop: Shop, invoice: str, amount: int | None = None) -> Does:
    """A tab in which somebody presses Pay, fills in the page and comes back."""

    def act() -> None:
        url = shop.leads(invoice, amount=amount)
        shop.fills(url)
        come_back(shop.place, shop.system.organization_id, url.rpartition("/")[2])

    return act


def charges(shop: Shop, invoice: str, amount: int | None = None) -> Does:
    """Somebody at Harbour charges what was saved, from a form of their own."""
    return lambda: shop.charge(invoice, amount=amount)


def void(shop: Shop, invoice: str) -> Does:
    return lambda: shop.does(
        lambda work: voiding.void_invoice(work, invoice, reason="Twice by mistake")
    )


def assert_taken(shop: Shop, *amounts: int) -> None:
    """The gateway took exactly this, and the books know it."""
    assert shop.captured() == sorted(amounts)
    assert sorted(shop.payments()) == sorted(amounts)
    shop.sees(check_books)
    assert shop.differences() == []


def assert_friendly(refusals: Sequence[str]) -> None:
    """Each of them says whether money moved."""
    told = "[Nn]othing was|nothing still to pay|No payment was recorded"
    assert [each for each in refusals if each and not re.search(told, each)] == []


def test_c1_sixty_four_tabs_that_press_pay_are_one_payment(shop: Shop):
    invoice = shop.invoice(110_00)

    refusals = at_once([pays(shop, invoice)] * MANY)

    assert "" in refusals
    assert_friendly(refusals)
    assert_taken(shop, 110_00)
    assert shop.still(invoice) == 0
    assert shop.states() == ["succeeded"]


def test_c2_a_customer_who_pays_and_admins_who_charge_take_the_money_once(shop: Shop):
    shop.saves_card()
    invoice = shop.invoice(110_00)

    refusals = at_once([pays(shop, invoice), charges(shop, invoice)] * (MANY // 2))

    assert "" in refusals
    assert_friendly(refusals)
    assert_taken(shop, 1_00, 110_00)
    assert shop.still(invoice) == 0


def test_c3_an_invoice_is_paid_or_void_and_never_both(shop: Shop):
    invoice = shop.invoice(110_00)

    refusals = at_once([pays(shop, invoice), void(shop, invoice)] * (MANY // 2))

    assert_friendly(refusals)
    paid = "" in refusals[::2]
    assert refusals[1::2].count("") == (0 if paid else 1)
    assert shop.of(invoice, "state") == ("issued" if paid else "void")
    assert_taken(shop, *([110_00] if paid else []))


def test_c3_what_a_credit_note_took_off_meanwhile_is_the_customers_credit(shop: Shop):
    invoice = shop.invoice(110_00)
    notes = [lambda: shop.note(invoice, 30_00)] * (MANY // 2)

    refusals = at_once([*notes, *[pays(shop, invoice)] * (MANY // 2)])

    assert_friendly(refusals)
    noted = refusals[: MANY // 2].count("")
    taken = shop.captured()
    over = noted * 30_00 + sum(taken) - 110_00
    assert len(taken) <= 1
    assert_taken(shop, *taken)
    assert (shop.still(invoice), shop.credit()) == (max(0, -over), max(0, over))


def test_c4_two_parts_that_exceed_what_is_owed_together_are_not_both_taken(shop: Shop):
    shop.saves_card()
    invoice = shop.invoice(110_00)
    acts = [pays(shop, invoice, 70_00), charges(shop, invoice, 60_00)] * (MANY // 2)

    refusals = at_once(acts)

    assert_friendly(refusals)
    taken = [each for each in shop.captured() if each != 1_00]
    assert sum(taken) <= 110_00
    assert_taken(shop, 1_00, *taken)
    assert shop.still(invoice) == 110_00 - sum(taken)


def test_c9_the_same_news_by_eight_workers_is_one_payment(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with open_stripes(tmp_path) as stripes:
        newsroom = Newsroom(world, stripes, monkeypatch)
        invoice = newsroom.invoice(110_00)
        newsroom.pays_on_page(invoice)
        messages = newsroom.sent()
        at_once([lambda each=each: newsroom.bring(each) for each in messages * 8])
        jobs = [about(job) for job in newsroom.owed()]

        refusals = at_once([lambda job=job: apply_news(newsroom.place, job) for job in jobs * 8])

        assert set(refusals) == {""}
        assert newsroom.payments() == [110_00]
        assert newsroom.differences() == []


def test_c9_sixty_four_who_settle_the_same_attempt_post_it_once(shop: Shop):
    begun = shop.begin(shop.invoice(110_00))
    told = Told(
        stage=Stage.SUCCEEDED, payment=f"pi_{begun.asked.attempt}", amount=begun.asked.amount
    )

    refusals = at_once(
        [lambda: shop.acts(lambda work: settling.settle(work, begun.asked.attempt, told, NEWS))]
        * MANY
    )

    assert set(refusals) == {""}
    assert shop.payments() == [110_00]
    assert [verdict for _, verdict in shop.heard(begun)] == ["applied", "known"]


def test_c10_a_form_sent_sixty_four_times_charges_once(shop: Shop):
    shop.saves_card()
    invoice, attempt = shop.invoice(110_00), drawn("att")

    refusals = at_once(
        [lambda: shop.charge(invoice, attempt_id=attempt, command_key="charge once")] * MANY
    )

    assert set(refusals) == {""}
    assert shop.told(PaymentAttempt, attempt, "state") == ["succeeded"]
    assert_taken(shop, 1_00, 110_00)


def test_c10_a_form_that_was_given_up_meanwhile_charges_nothing_any_more(shop: Shop):
    shop.saves_card()
    invoice, attempt = shop.invoice(110_00), drawn("att")
    shop.stripes.set_mood("slow", about=PREPARE, value="3")

    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(shop.charge, invoice, attempt_id=attempt)
        wait_until(lambda: len(shop.stripes.v1.payment_intents.list().data) == 2)
        shop.charge(invoice, attempt_id=attempt)
        given_up = shop.told(PaymentAttempt, attempt, "state", "failure_code")
        shop.charge(invoice)
        slow.result()

    assert given_up == ["canceled", "unreached"]
    assert shop.told(PaymentAttempt, attempt, "state") == ["canceled"]
    assert_taken(shop, 1_00, 110_00)


def test_a_page_that_opens_after_its_attempt_was_given_up_is_shown_to_nobody(shop: Shop):
    invoice = shop.invoice(110_00)
    shop.stripes.set_mood("slow", about="POST /v1/checkout/sessions", value="2")

    with ThreadPoolExecutor(1) as threads:
        slow = threads.submit(patiently, lambda: leads_slowly(shop, invoice))
        wait_until(lambda: bool(shop.stripes.v1.checkout.sessions.list().data))
        clock.move(timedelta(seconds=31))
        shop.pays_by_card(invoice)

        assert "took too long" in slow.result()

    assert shop.states() == ["canceled", "succeeded"]
    open_pages = shop.stripes.v1.checkout.sessions.list({"status": "open"}).data
    assert open_pages == []
    assert_taken(shop, 110_00)


def leads_slowly(shop: Shop, invoice: str) -> None:
    """Press Pay once; being told to try again is an answer here."""
    with pytest.raises(GatewayAway) as told:
        shop.leads(invoice, amount=40_00)
    raise Conflict(str(told.value))
