"""Ways of paying that a customer left with Stripe: charged, chosen, removed there too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from billing_app.collecting.saved import ChargeAsked, issue_and_charge
from billing_app.jobs.runner import Runner
from billing_app.reads.saved_methods import SavedMethodView, saved_methods
from billing_app.services.attempting import NoSavedMethod
from billing_app.services.keeping_methods import LetGo, make_usual, remove_method
from tests.billing import drawn
from tests.rules import rule
from tests.shop import Shop
from tests.stripes import open_stripes
from tests.world import World


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Shop]:
    with open_stripes(tmp_path) as stripes:
        yield Shop(world, stripes)


def methods(shop: Shop) -> tuple[SavedMethodView, ...]:
    return shop.does(lambda work: saved_methods(work, shop.world.marsh))


def issued_and_charged(shop: Shop, invoice: str) -> str:
    asked = ChargeAsked(attempt_id=drawn("att"), customer_id=shop.world.marsh, parts=())
    return issue_and_charge(shop.place, shop.by.actor, invoice, asked)


def test_only_what_the_payer_agreed_to_is_kept(shop: Shop):
    shop.comes_back(shop.fills(shop.leads(shop.invoice(1_00), begun_by="contact"), save="yes"))
    without = methods(shop)
    shop.comes_back(shop.fills(shop.leads(shop.invoice(1_00), begun_by="contact", saves=True)))

    shop.saves_card()

    assert without == ()
    assert [(each.words, each.is_usual) for each in methods(shop)] == [("Visa •••• 4242", True)]


def test_one_of_several_is_the_usual_one(shop: Shop):
    shop.saves_card()
    shop.saves_card("5555555555554444")
    second = methods(shop)[1].id

    shop.does(lambda work: make_usual(work, second))

    assert [each.words for each in methods(shop)] == ["Mastercard •••• 4444", "Visa •••• 4242"]


def test_what_was_removed_is_never_charged_and_is_gone_there_too(shop: Shop):
    shop.saves_card()
    method = methods(shop)[0].id

    shop.does(lambda work: remove_method(work, method))
    Runner(shop.place, periodic=()).drain()

    assert methods(shop) == ()
    with pytest.raises(NoSavedMethod):
        shop.charge(shop.invoice(110_00))
    with pytest.raises(LetGo):
        shop.does(lambda work: make_usual(work, method))
    customers = shop.stripes.v1.customers.list({}).data
    kept = [shop.stripes.v1.customers.payment_methods.list(each.id).data for each in customers]
    assert [len(each) for each in kept] == [0]


@rule(90)
def test_issue_and_charge_issues_and_charges(shop: Shop):
    shop.saves_card()
    draft = shop.draft(shop.line(110_00))

    attempt = issued_and_charged(shop, draft)

    assert shop.of(draft, "state", "still_to_pay_minor") == ["issued", 0]
    assert attempt.startswith("att_")


@rule(91)
def test_g13_issue_and_charge_with_a_card_that_declines_leaves_it_issued(shop: Shop):
    shop.keeps("pm_card_chargeCustomerFail")
    draft = shop.draft(shop.line(110_00))

    issued_and_charged(shop, draft)

    assert shop.of(draft, "state", "still_to_pay_minor") == ["issued", 110_00]
    assert shop.states()[-1] == "failed"


def test_issue_and_charge_without_anything_saved_leaves_the_draft(shop: Shop):
    draft = shop.draft(shop.line(110_00))

    with pytest.raises(NoSavedMethod):
        issued_and_charged(shop, draft)

    assert shop.of(draft, "state") == "draft"


def test_issue_and_charge_charges_nothing_that_credit_paid(shop: Shop):
    shop.saves_card()
    shop.settings(apply_credit_to_invoices=True)
    shop.pay(500_00)
    draft = shop.draft(shop.line(110_00))

    assert issued_and_charged(shop, draft) == ""
    assert shop.of(draft, "still_to_pay_minor") == 0
