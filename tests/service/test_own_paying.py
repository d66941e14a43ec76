"""What a customer's contact pays in the portal, and with what of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from billing_app.collecting.own import Charged, charge_own
from billing_app.collecting.pages import NotOffered, PageAsked, pay_on_page
from billing_app.collecting.saved import ChargeAsked
from billing_app.gateways.payments import Stage, Way
from billing_app.kernel.errors import BillingError, Invalid, NotFound
from billing_app.kernel.refusals import TooMuch
from billing_app.models.attempt import PaymentAttempt
from billing_app.reads import own_home, own_outcome, own_paying
from billing_app.reads.customer import account
from billing_app.reads.payer_outcome import Ending
from billing_app.reads.saved_methods import my_saved_methods
from billing_app.services.attempting import NoSavedMethod
from billing_app.services.consenting import NothingToCharge, agree_to_charges
from billing_app.services.keeping_methods import make_mine_usual, remove_my_method
from billing_app.services.paying import Part
from billing_app.services.repeating import SaidDifferently
from billing_app.services.workspace import set_customer_ways
from tests.billing import aud, drawn
from tests.rules import rule
from tests.shop import AWAY, BACK, Shop
from tests.stripes import open_stripes
from tests.till import Till
from tests.world import Person, World


@pytest.fixture
def till(world: World) -> Till:
    return Till(world)


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Shop]:
    with open_stripes(tmp_path) as stripes:
        yield Shop(world, stripes)


def shared(who: Person, documents: list[str], much: str, typed: str = "") -> list[tuple[str, int]]:
    """What each document gets, and the sum of it."""
    found = who.does(lambda work: own_paying.shares(work, documents, much=much, typed=typed))
    assert found.total.minor == sum(share.amount.minor for share in found.rows)
    return [(share.id, share.amount.minor) for share in found.rows]


def charged(shop: Shop, document: str, method: str = "", **more: str) -> Charged:
    """Cleo has what she saved charged."""
    usual = method or shop.world.cleo.does(my_saved_methods)[0].id
    asked = ChargeAsked(
        attempt_id=more.get("attempt_id") or drawn("att"),
        customer_id="",
        parts=(Part(document),),
        payment_method_id=usual,
    )
    return charge_own(shop.place, shop.world.cleo.actor, asked)  # type: ignore[arg-type]


def test_an_amount_is_shared_out_by_the_day_things_are_due(till: Till):
    late = till.issue(till.draft(till.line(100_00), due_on=till.days(30)))
    soon = till.issue(till.draft(till.line(50_00), due_on=till.days(3)))
    cleo = till.world.cleo

    assert shared(cleo, [late, soon], "all") == [(soon, 50_00), (late, 100_00)]
    assert shared(cleo, [late, soon], "other", "70") == [(soon, 50_00), (late, 20_00)]
    with pytest.raises(TooMuch, match=r"At most A\$150.00"):
        shared(cleo, [late, soon], "other", "150.01")


@rule(55)
def test_invoices_and_credit_requests_are_paid_together(till: Till):
    documents = [till.invoice(100_00), till.request(40_00)]

    rows = till.world.cleo.does(own_paying.payables)

    assert {row.id for row in rows} == set(documents)
    assert sorted(shared(till.world.cleo, documents, "all")) == sorted(
        [(documents[0], 100_00), (documents[1], 40_00)]
    )


@rule(46)
def test_nobody_pays_or_sees_what_is_anothers(till: Till):
    world = till.world
    mine, theirs = till.invoice(100_00), till.invoice(55_00, party_id=world.bellweather)
    draft = till.draft(till.line(10_00))

    assert [row.id for row in world.cleo.does(own_paying.payables)] == [mine]
    for foreign in (theirs, draft, drawn("inv"), drawn("crq"), "inv_odd", ""):
        with pytest.raises(NotFound):
            shared(world.cleo, [mine, foreign], "all")
    with pytest.raises(NotFound):
        shared(world.cleo, [mine, mine], "all")
    with pytest.raises(Invalid):
        shared(world.cleo, [], "all")


@rule(46)
def test_the_first_screen_adds_up_to_its_panel(till: Till, wait: Callable[[timedelta], None]):
    till.pay(30_00)
    invoice = till.issue(till.draft(till.line(100_00), due_on=till.days(3)))
    till.request(40_00)
    wait(timedelta(days=5))

    [found] = till.world.cleo.does(own_home.standings)

    figures = (found.total_due, found.in_requests, found.overdue, found.credit)
    assert [each.minor for each in figures] == [140_00, 40_00, 100_00, 30_00]
    [carls] = till.world.carl.does(own_home.standings)
    assert (carls.total_due.minor, carls.credit.minor) == (0, 0)
    [late] = [row.id for row in till.world.cleo.does(own_paying.payables) if row.late]
    assert late == invoice


def test_what_is_saved_is_not_charged_where_its_way_is_not_offered(shop: Shop):
    shop.saves_card()
    invoice = shop.invoice(100_00)
    shop.does(lambda work: set_customer_ways(work, ways=["direct_debit"]))

    with pytest.raises(NotOffered):
        charged(shop, invoice)

    assert (shop.captured(), shop.states()[-1]) == ([1_00], "canceled")


def test_a_saved_card_is_charged_once_however_often_the_form_is_sent(shop: Shop):
    shop.saves_card()
    invoice, attempt = shop.invoice(100_00), drawn("att")

    first = charged(shop, invoice, attempt_id=attempt)
    with pytest.raises(BillingError):
        charged(shop, shop.invoice(1_00), attempt_id=attempt)

    assert first == Charged(attempt, wants_payer=False)
    assert shop.still(invoice) == 0
    told = shop.world.cleo.does(lambda work: own_outcome.own_outcome(work, attempt))
    assert (told.ending, told.instrument) == ("paid", "Visa •••• 4242")
    assert shop.told(PaymentAttempt, attempt, "begun_by") == ["contact"]
    assert shop.captured() == [1_00, 100_00]


def test_a_customer_is_told_how_much_their_bank_took_back_and_not_all_they_paid(shop: Shop):
    invoice = shop.invoice(110_00)
    debit = shop.begin(invoice, way=Way.DIRECT_DEBIT, begun_by="contact")
    shop.settle(debit, Stage.SUCCEEDED)
    shop.settle(debit, Stage.SUCCEEDED, taken_back=aud(40_00))

    attempt = debit.asked.attempt
    told = shop.world.cleo.does(lambda work: own_outcome.own_outcome(work, attempt))

    assert (told.ending, told.amount, told.shares[0].still_to_pay) == (
        Ending.TAKEN_BACK,
        "A$40.00",
        "A$40.00",
    )


def test_the_id_of_an_attempt_that_was_begun_otherwise_charges_nothing(shop: Shop):
    shop.saves_card()
    page = shop.begin(shop.invoice(10_00), begun_by="contact")

    with pytest.raises(SaidDifferently):
        charged(shop, shop.invoice(100_00), attempt_id=page.asked.attempt)


def test_a_bank_that_wants_to_ask_the_payer_charges_nothing_and_the_page_opens(shop: Shop):
    shop.keeps("pm_card_authenticationRequired")
    invoice = shop.invoice(100_00)

    asked = charged(shop, invoice)

    assert asked.wants_payer
    assert shop.captured() == []
    url = pay_on_page(
        shop.place,
        shop.world.cleo.actor,
        PageAsked(
            customer_id=shop.world.cleo.actor.party_id,  # type: ignore[attr-defined]
            parts=(Part(invoice, aud(100_00)),),
            begun_by="contact",
            back=BACK,
            given_up=AWAY,
        ),
    )
    shop.comes_back(shop.fills(url))
    assert shop.still(invoice) == 0


def test_what_another_customer_saved_is_never_charged_or_changed(shop: Shop):
    shop.saves_card()
    world = shop.world
    [theirs] = [each.id for each in world.cleo.does(my_saved_methods)]
    invoice = shop.invoice(100_00, party_id=world.bellweather)
    asked = ChargeAsked(
        attempt_id=drawn("att"),
        customer_id="",
        parts=(Part(invoice),),
        payment_method_id=theirs,
    )

    with pytest.raises(NoSavedMethod):
        charge_own(shop.place, world.carl.actor, asked)  # type: ignore[arg-type]
    for act in (make_mine_usual, remove_my_method):
        with pytest.raises(NotFound):
            world.carl.does(lambda work, act=act: act(work, theirs))
    assert world.carl.does(my_saved_methods) == ()
    assert shop.captured() == [1_00]


def test_a_contact_chooses_and_removes_what_they_saved(shop: Shop):
    shop.saves_card()
    shop.saves_card("5555555555554444")
    cleo = shop.world.cleo
    visa, mastercard = cleo.does(my_saved_methods)

    cleo.does(lambda work: make_mine_usual(work, mastercard.id))
    cleo.does(lambda work: remove_my_method(work, visa.id))

    left = [(each.words, each.is_usual) for each in cleo.does(my_saved_methods)]
    assert left == [("Mastercard •••• 4444", True)]


def test_consent_to_be_charged_is_given_and_taken_back_by_the_customer(shop: Shop):
    cleo = shop.world.cleo
    with pytest.raises(NothingToCharge):
        cleo.does(lambda work: agree_to_charges(work, agrees=True))
    shop.saves_card()

    cleo.does(lambda work: agree_to_charges(work, agrees=True))
    agreed = cleo.does(account).autopay
    cleo.does(lambda work: agree_to_charges(work, agrees=False))

    assert (agreed, cleo.does(account).autopay) == (True, False)
