"""Nobody is charged untold, twice, or against what they chose; and whoever was told, hears on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from billing_app.collecting.gateway import gateway_of
from billing_app.collecting.pages import come_back
from billing_app.collecting.payers import introduce
from billing_app.collecting.transfers import hear_transfer
from billing_app.gateways.payments import Saved, Stage, Way
from billing_app.jobs.trouble import GiveUp, NotReady
from billing_app.kernel.clock import clock
from billing_app.kernel.money import Money
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.gateway import PaymentMethod
from billing_app.models.outbox import Job
from billing_app.reads.planned_charges import planned_on
from billing_app.services import asking, asking_to_pay, enrolling, keeping_methods, planning
from billing_app.services.calling_off import call_off_charge
from billing_app.services.charging_ahead import begin_planned
from billing_app.services.workspace import set_workspace
from tests.charging import Ahead
from tests.racing import at_once
from tests.stripes import open_stripes
from tests.world import World

REFUSED, ASKS_EACH_TIME = "pm_card_chargeCustomerFail", "pm_card_authenticationRequired"


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Ahead]:
    with open_stripes(tmp_path) as stripes:
        ahead = Ahead(world, stripes)
        yield ahead
    ahead.leave_nothing_to_come()


def save_debit(shop: Ahead) -> None:
    """Marsh Design leaves an Australian account, paying a dollar from it."""
    typed = {"email": "m@m.example", "name": "M", "save": "yes"}
    page = shop.leads(shop.invoice(1_00), way=Way.DIRECT_DEBIT, saves=True, begun_by="contact")
    shop.comes_back(shop.fills(page, "au_becs_debit", "000123456", **typed))
    shop.stripes.pass_time(days=7)
    shop.reconcile()


def in_currency(shop: Ahead, minor: int, currency: str) -> str:
    line = shop.line(0, unit_price=Money(minor, currency))
    return shop.issue(shop.draft(line, currency=currency))


def in_parts(shop: Ahead, count: int) -> str:
    """An invoice of 100.00 in parts, a month apart, which is asked for."""
    draft, tomorrow = shop.draft(shop.line(100_00)), shop.days(1)
    shop.does(
        lambda work: planning.plan_in_equal_parts(
            work, draft, count=count, first_due_on=tomorrow, months_apart=1
        )
    )
    return shop.issue(draft)


def choose_transfer(shop: Ahead, invoice: str) -> str:
    """Choose a bank transfer on the pay page; returns whose account is told."""
    url = shop.leads(invoice, way=Way.BANK_TRANSFER)
    shop.stripes.submit(url, pay_with="customer_balance", email="p@post.example")
    come_back(shop.place, shop.system.organization_id, url.rpartition("/")[2])
    latest = select(PaymentAttempt.gateway_payer).order_by(col(PaymentAttempt.id).desc()).limit(1)
    return str(shop.sees(lambda work: work.exec(latest).one()))


def give_transfer_up(shop: Ahead) -> None:
    """The transfer that was chosen last is given up at the gateway."""
    latest = select(PaymentAttempt).order_by(col(PaymentAttempt.id).desc()).limit(1)
    payment = shop.sees(lambda work: work.exec(latest).one().gateway_payment)
    shop.stripes.v1.payment_intents.cancel(payment)
    shop.reconcile()


def begin_and_die(shop: Ahead, invoice: str) -> None:
    """A runner begins the charge whose day has come, and dies before the gateway hears of it."""
    [plan] = shop.plans(invoice)
    gateway = gateway_of(shop.place)
    assert shop.acts(lambda work: begin_planned(work, plan.id, gateway)).is_new


def remove_what_was_saved(shop: Ahead) -> None:
    method = shop.sees(lambda work: work.exec(select(PaymentMethod)).one().shown_id)
    shop.does(lambda work: keeping_methods.remove_method(work, method))


def test_who_chose_a_transfer_is_not_charged_as_well(shop: Ahead):
    shop.saves_card()
    invoice = shop.asks(in_currency(shop, 110_00, "USD"))
    payer = choose_transfer(shop, invoice)

    shop.come(3, invoice)
    [waiting] = shop.plans(invoice)
    moved = shop.stripes.v1.test_helpers.customers.fund_cash_balance(
        payer, {"amount": 110_00, "currency": "usd"}
    )
    hear_transfer(shop.place, payer, moved.id)
    shop.come(1, invoice)

    assert waiting.charge_on == shop.today()
    assert shop.captured() == [1_00, 110_00]
    assert shop.chain() == [("succeeded", False)]


def test_a_transfer_that_was_chosen_and_never_comes_ends_the_plan(shop: Ahead):
    shop.saves_card()
    invoice = shop.asks(in_currency(shop, 110_00, "USD"))
    choose_transfer(shop, invoice)

    shop.come(31, invoice)

    assert shop.plans(invoice)[0].called_off
    assert shop.captured() == [1_00]


def test_a_transfer_given_up_again_is_followed_by_another_announcement(shop: Ahead):
    shop.saves_card()
    invoice = shop.asks(in_currency(shop, 110_00, "USD"))
    choose_transfer(shop, invoice)
    shop.come(3, invoice)
    give_transfer_up(shop)

    shop.come(1, invoice)
    told_anew = (shop.letters(), shop.captured())
    words = shop.last_letter()[1]
    shop.tells()
    shop.come(3, invoice)

    assert ", instead of " in words
    assert told_anew == (["charge_announced"] * 2, [1_00])
    assert shop.captured() == [1_00, 110_00]


def test_once_called_off_a_part_in_flight_is_not_tried_again(shop: Ahead):
    save_debit(shop)
    invoice = shop.asks(in_parts(shop, 2))
    shop.stripes.set_mood("debit_fails")
    shop.come(3, invoice)

    shop.does(lambda work: call_off_charge(work, invoice))
    shop.stripes.pass_time(days=7)
    shop.reconcile()
    shop.stripes.press("calm")
    shop.come(1, invoice)

    assert shop.chain() == [("failed", False)]
    assert len(shop.plans(invoice)) == 2


def test_who_opted_out_before_it_was_sent_is_not_charged_and_hears_nothing(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills_for_today()
    begin_and_die(shop, invoice)
    shop.customer(autopay=False)
    shop.stripes.pass_time(seconds=31)

    shop.charges(invoice)

    assert shop.captured() == [1_00]
    assert (shop.chain(), shop.letters()) == ([("canceled", False)], ["charge_announced"])


def test_what_was_credited_before_it_was_sent_is_not_charged(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills_for_today()
    begin_and_die(shop, invoice)
    shop.note(invoice, 100_00)
    shop.stripes.pass_time(seconds=31)

    shop.charges(invoice)
    at_first = shop.captured()
    shop.come(1, invoice)

    assert at_first == [1_00]
    assert shop.captured() == [1_00, 10_00]
    assert shop.chain() == [("canceled", False), ("succeeded", True)]


def test_nobody_is_charged_before_they_were_told_however_long_it_takes(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills(tells=False)

    with pytest.raises(NotReady, match="has not left yet"):
        shop.come(90, invoice)
    shop.tells()
    [moved] = shop.plans(invoice)
    shop.come(3, invoice)

    assert moved.charge_on == shop.today()
    assert shop.captured() == [1_00, 110_00]
    assert shop.letters() == ["charge_announced"]


def test_the_days_to_object_count_from_when_the_letter_left(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills(tells=False)
    shop.stripes.pass_time(days=2)
    shop.tells()
    [moved] = shop.plans(invoice)

    shop.come(1, invoice)
    early = shop.captured()
    shop.come(2, invoice)

    assert moved.charge_on == shop.today()
    assert (early, shop.captured()) == ([1_00], [1_00, 110_00])


def test_without_days_to_object_the_letter_leaves_first_and_the_charge_follows(shop: Ahead):
    shop.saves_card()
    shop.charging(charge_after_days=0)
    invoice = shop.bills(tells=False)

    with pytest.raises(NotReady):
        shop.charges(invoice)
    early = shop.captured()
    shop.tells()
    shop.charges(invoice)

    assert (early, shop.captured()) == ([1_00], [1_00, 110_00])


def test_a_letter_that_nobody_takes_is_an_admins_to_see_to(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills(tells=False)
    shop.is_refused()

    with pytest.raises(GiveUp, match="could not be sent"):
        shop.come(3, invoice)
    shop.customer(email=shop.world.email("elsewhere"))
    shop.charges(invoice)
    shop.tells()
    shop.come(3, invoice)

    assert shop.letters() == ["charge_announced"] * 2
    assert shop.captured() == [1_00, 110_00]


def test_after_months_without_a_gateway_all_parts_are_announced_anew_at_once(shop: Ahead):
    shop.saves_card()
    invoice = shop.asks(in_parts(shop, 4))
    shop.stripes.pass_time(days=200)

    assert at_once([lambda: shop.charges(invoice)] * 4) == [""] * 4
    untold = shop.captured()
    shop.tells()
    shop.come(3, invoice)

    assert untold == [1_00]
    assert shop.letters() == ["charge_announced"] * 2
    assert shop.captured() == [1_00, 100_00]


def test_an_archived_customers_charges_are_called_off(shop: Ahead):
    shop.saves_card()
    before, after = shop.bills(), shop.invoice(50_00)
    shop.does(lambda work: enrolling.archive_customer(work, shop.world.marsh))

    shop.come(3, before, shop.asks(after))

    assert shop.captured() == [1_00]
    assert shop.plans(before)[0].called_off
    assert shop.plans(after) == ()


def test_news_that_go_back_and_forth_plan_one_more_try(shop: Ahead):
    shop.keeps_poor_card()
    invoice = shop.bills()
    shop.come(3, invoice)
    first = shop.plans(invoice)[0]
    begun = shop.acts(lambda work: asking.begun(work, first.attempt_id))

    shop.settle(begun, Stage.PROCESSING, payment=begun.payment)
    shop.settle(
        begun,
        Stage.FAILED,
        payment=begun.payment,
        failure_code="insufficient_funds",
        failure="There was not enough money.",
        may_be_retried=True,
    )

    assert shop.chain() == [("failed", False)]
    assert len(shop.plans(invoice)) == 2


def test_whose_way_of_paying_is_gone_by_the_day_is_told_once(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills()
    remove_what_was_saved(shop)

    shop.come(3, invoice)
    shop.charges(invoice)

    assert shop.letters() == ["charge_announced", "charge_dropped"]
    subject, words, needless = shop.last_letter()
    assert "did not charge you for Invoice" in subject
    assert "A$110.00 for Invoice" in words
    assert "/pay/" in words
    assert needless == ""


def test_whose_card_is_gone_before_the_second_try_is_told(shop: Ahead):
    shop.keeps_poor_card()
    invoice = shop.bills()
    shop.come(3, invoice)
    remove_what_was_saved(shop)

    shop.come(1, invoice)

    assert shop.letters() == ["charge_announced", "charge_dropped"]
    assert shop.chain() == [("failed", False)]


def test_a_card_is_charged_where_the_usual_account_cannot_pay_that_currency(shop: Ahead):
    save_debit(shop)
    begun = shop.begin(shop.invoice(1_00), saves=True, begun_by="contact")
    known = introduce(shop.place, shop.system, gateway_of(shop.place), begun)
    kept = shop.stripes.v1.payment_methods.attach("pm_card_visa", {"customer": known.asked.payer})
    shop.settle(begun, Stage.SUCCEEDED, saved=Saved(kept.id, Way.CARD, "Visa •••• 4242"))
    invoice = shop.asks(in_currency(shop, 110_00, "USD"))

    told = shop.last_letter()[1]
    shop.come(3, invoice)

    assert "now Visa •••• 4242." in told
    assert shop.of(invoice, "still_to_pay_minor") == 0


def test_an_account_alone_is_charged_in_its_own_currency_only(shop: Ahead):
    save_debit(shop)

    assert len(shop.plans(shop.bills())) == 1
    assert shop.plans(shop.asks(in_currency(shop, 110_00, "USD"))) == ()


@pytest.mark.parametrize(("minor", "currency"), [(1_005, "KWD"), (49, "AUD")])
def test_an_amount_that_the_gateway_does_not_take_is_not_announced(
    shop: Ahead, minor: int, currency: str
):
    shop.saves_card()

    assert shop.plans(shop.asks(in_currency(shop, minor, currency))) == ()
    assert shop.letters() == []


def test_one_charge_of_many_documents_writes_one_letter(shop: Ahead):
    shop.keeps(ASKS_EACH_TIME)

    shop.charge(*(shop.invoice(10_00) for _ in range(4)))

    assert shop.letters() == ["charge_needs_you"]
    assert "still to pay: 3 more" in shop.last_letter()[1]


def test_a_card_that_was_refused_for_good_waits_until_somebody_pays_with_it(shop: Ahead):
    shop.keeps(REFUSED, "Visa •••• 4242")
    first, second = shop.bills(), shop.bills()
    shop.come(3, first, second)
    unplanned = shop.plans(shop.bills())
    shop.pays_by_card(first)

    assert shop.chain() == [("failed", False)]
    assert shop.letters() == ["charge_announced"] * 2 + ["charge_failed", "charge_dropped"]
    assert unplanned == ()
    assert len(shop.plans(shop.bills())) == 1


def test_money_on_its_way_is_waited_for_and_the_charge_announced_anew(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills()
    typed = {"email": "m@m.example", "name": "M"}
    page = shop.leads(invoice, way=Way.DIRECT_DEBIT)
    shop.stripes.set_mood("debit_fails")
    shop.comes_back(shop.fills(page, "au_becs_debit", "000123456", **typed))
    shop.come(3, invoice)
    waiting = (shop.captured(), shop.letters())
    shop.stripes.pass_time(days=7)
    shop.reconcile()
    shop.stripes.press("calm")

    shop.come(0, invoice)
    shop.tells()
    shop.come(3, invoice)

    assert waiting == ([1_00], ["charge_announced"])
    assert shop.letters() == ["charge_announced", "charge_failed", "charge_announced"]
    assert shop.of(invoice, "still_to_pay_minor") == 0


def test_while_it_is_not_known_what_became_of_another_charge_no_try_is_used_up(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills_for_today()
    shop.stripes.set_mood("lost_answer", about="POST /v1/payment_intents/*/confirm", times="3")
    shop.charge(invoice)

    with pytest.raises(NotReady, match="is being paid somewhere else"):
        shop.charges(invoice)


def test_what_was_paid_otherwise_is_asked_for_once_that_money_is_gone_again(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills()
    cheque = shop.pay(110_00, invoice)
    shop.come(3, invoice)
    shop.leave_nothing_to_come()
    shop.reverse(cheque)
    shop.stripes.pass_time(days=1)

    told = shop.acts(lambda work: asking_to_pay.remind(work, invoice, kind="reminder", detail="x"))

    assert told != ""
    assert shop.does(lambda work: planned_on(work, invoice)) == ""
    assert shop.captured() == [1_00]


def test_a_charge_is_set_about_again_on_its_day_where_the_organization_moved_west(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills()
    [plan] = shop.plans(invoice)
    west = {"name": "Harbour", "time_zone": "America/Los_Angeles"}
    shop.does(lambda work: set_workspace(work, **west))
    owed = select(Job.due_at).where(Job.subject == plan.id).order_by(col(Job.due_at))
    [early] = shop.sees(lambda work: list(work.exec(owed)))
    shop.stripes.pass_time(seconds=(early - clock.now()).total_seconds() + 60)

    shop.charges(invoice)

    [_, later] = shop.sees(lambda work: list(work.exec(owed)))
    assert shop.captured() == [1_00]
    shop.stripes.pass_time(seconds=(later - clock.now()).total_seconds() + 60)
    shop.charges(invoice)
    assert shop.captured() == [1_00, 110_00]
