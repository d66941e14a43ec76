"""Charging by itself: planned, announced, done once, and followed up where it fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from billing_app.access.outbox import PAYMENT_REQUEST
from billing_app.collecting.gateway import gateway_of
from billing_app.collecting.saved import ChargeAsked, issue_and_charge
from billing_app.gateways.payments import Way
from billing_app.jobs.trouble import TryLater
from billing_app.kernel.errors import Invalid
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.outbox import Job
from billing_app.reads import credits, invoice_view
from billing_app.reads.charge_letters import CALLED_OFF, PAID
from billing_app.reads.timelines import timeline
from billing_app.services import asking_to_pay, planning
from billing_app.services.calling_off import NothingPlanned, call_off_charge
from billing_app.services.charging_ahead import begin_planned
from billing_app.services.organizing import set_charging
from tests.billing import drawn
from tests.charging import Ahead
from tests.checking import check_books
from tests.links import holder
from tests.mail_server import Clerk, mail_server
from tests.posting import FROM, PUBLIC_URL, place, send
from tests.racing import at_once
from tests.rules import rule
from tests.stripes import open_stripes
from tests.world import World


@pytest.fixture
def shop(world: World, tmp_path: Path) -> Iterator[Ahead]:
    with open_stripes(tmp_path) as stripes:
        ahead = Ahead(world, stripes)
        yield ahead
    ahead.leave_nothing_to_come()


def flags(shop: Ahead, invoice_id: str) -> list[str]:
    return shop.does(lambda work: invoice_view.invoice(work, invoice_id)).row.flags


def call_off(shop: Ahead, document: str) -> str:
    return shop.does(lambda work: call_off_charge(work, document))


def test_what_is_issued_is_planned_announced_and_charged_when_the_day_has_come(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills()
    [plan] = shop.plans(invoice)
    subject, words, _ = shop.last_letter()

    assert plan.charge_on == shop.days(3)
    assert shop.letters() == ["charge_announced"]
    assert "will charge you for Invoice" in subject
    assert "Visa •••• 4242" in words
    assert f"A$110.00 on {plan.charge_on.day} " in words
    assert "to call the charge off" in words
    assert flags(shop, invoice) == ["Pending"]

    shop.come(3, invoice)

    assert shop.of(invoice, "still_to_pay_minor") == 0
    assert shop.captured() == [1_00, 110_00]
    assert flags(shop, invoice) == []
    assert shop.told(PaymentAttempt, shop.plans(invoice)[0].attempt_id, "begun_by", "how") == [
        "organization",
        "saved",
    ]
    assert shop.differences() == []


def test_the_charge_is_owed_for_the_morning_of_its_day_where_the_organization_is(shop: Ahead):
    shop.saves_card()
    [plan] = shop.plans(shop.bills())

    wanted = select(Job.due_at).where(Job.subject == plan.id)
    [due_at] = shop.sees(lambda work: list(work.exec(wanted)))

    morning = datetime.combine(plan.charge_on, time(), ZoneInfo("Australia/Sydney"))
    assert due_at == morning.astimezone(UTC)


def test_the_announcement_carries_a_link_by_which_it_can_be_paid_otherwise(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills()
    _, words, _ = shop.last_letter()
    token = words.partition("/pay/")[2].split()[0]

    assert holder(shop.world, token).customer_id
    shop.pays_by_card(invoice)
    shop.come(3, invoice)

    assert shop.captured() == [1_00, 110_00]
    assert shop.last_letter()[2] == PAID


def test_the_runner_sends_the_announcement_once_as_text_and_html(shop: Ahead):
    clerk = Clerk()
    shop.saves_card()
    shop.bills(tells=False)
    letter_id = shop.letter_ids()[-1]

    with mail_server(clerk) as host:
        send(place(shop.world, host), letter_id)
        send(place(shop.world, host), letter_id)

    [sent] = clerk.taken
    text, html = (sent.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert clerk.envelopes == [(FROM, [shop.world.email("letters")])]
    assert text.startswith("Hello Marsh Design,")
    assert f"{PUBLIC_URL}/pay/" in text
    assert html.count(f'href="{PUBLIC_URL}/pay/') == 2
    assert "A$110.00 on " in html


@pytest.mark.parametrize(
    ("settings", "wish"),
    [
        ({"charge_invoices": False}, {}),
        ({}, {"autopay": False}),
        ({}, {"prefers_transfer": True}),
    ],
)
@rule(69)
def test_without_the_setting_or_the_wish_nothing_is_planned(
    shop: Ahead, settings: dict[str, bool], wish: dict[str, bool]
):
    shop.saves_card()
    shop.charging(**settings)
    shop.customer(**wish)

    assert shop.plans(shop.bills()) == ()
    assert (shop.letters(), shop.owed()) == ([], [])


def test_with_nothing_saved_or_only_what_has_expired_nothing_is_planned(shop: Ahead):
    nothing = shop.bills()
    shop.saves_card()
    shop.stripes.pass_time(days=365 * 60)

    assert (shop.plans(nothing), shop.plans(shop.bills())) == ((), ())
    assert shop.letters() == []


def test_what_credit_paid_is_not_charged_and_of_the_rest_only_the_rest(shop: Ahead):
    shop.saves_card()
    shop.settings(apply_credit_to_invoices=True)
    shop.pay(150_00)

    covered, rest = shop.bills(100_00), shop.bills(110_00)
    shop.come(3, covered, rest)

    assert shop.plans(covered) == ()
    assert shop.captured() == [1_00, 60_00]


def test_a_partners_invoice_is_not_charged(shop: Ahead):
    shop.saves_card()

    assert shop.plans(shop.asks(shop.invoice(110_00, party_id=shop.world.northside))) == ()


@rule(69)
def test_a_credit_request_is_charged_as_an_invoice_is(shop: Ahead):
    shop.saves_card()
    request = shop.asks(shop.request(500_00))
    row = shop.does(lambda work: credits.credit_request(work, request)).row

    shop.come(3, request)

    assert row.flags == ["Pending"]
    assert (shop.asked(request), shop.credit()) == (0, 500_00)
    assert shop.letters() == ["charge_announced"]


def test_of_a_plan_each_part_is_charged_when_it_falls_due(shop: Ahead):
    shop.saves_card()
    draft = shop.draft(shop.line(100_00))
    first_due_on = shop.days(1)
    shop.does(
        lambda work: planning.plan_in_equal_parts(
            work, draft, count=2, first_due_on=first_due_on, months_apart=1
        )
    )
    invoice = shop.asks(shop.issue(draft))
    first, second = shop.plans(invoice)
    _, words, _ = shop.last_letter()

    shop.come(3, invoice)
    after_the_first = shop.captured()
    shop.come((second.charge_on - shop.today()).days, invoice)

    assert first.charge_on < second.charge_on
    assert words.count("A$50.00 on ") == 2
    assert (after_the_first, shop.captured()) == ([1_00, 50_00], [1_00, 50_00, 50_00])
    assert shop.of(invoice, "still_to_pay_minor") == 0


def test_what_was_called_off_is_not_charged(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills()

    assert call_off(shop, invoice) == call_off(shop, invoice) == invoice
    shop.come(3, invoice)

    assert shop.captured() == [1_00]
    assert flags(shop, invoice) == []
    assert shop.last_letter()[2] == CALLED_OFF
    deeds = [row.what for row in shop.does(lambda work: timeline(work, invoice)).rows]
    assert deeds[0] == "Called a planned charge off"


def test_only_what_is_planned_and_has_not_begun_is_called_off(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills()
    shop.come(3, invoice)

    for document in (invoice, shop.invoice(5_00)):
        with pytest.raises(NothingPlanned, match="Nothing was changed"):
            call_off(shop, document)


@pytest.mark.parametrize("what", ["wish", "setting", "method"])
def test_on_the_day_it_is_looked_again_at_wish_setting_and_method(shop: Ahead, what: str):
    shop.saves_card()
    invoice = shop.bills()
    if what == "wish":
        shop.customer(autopay=False)
    elif what == "setting":
        shop.charging(charge_invoices=False)
    else:
        shop.stripes.pass_time(days=365 * 60)

    shop.come(3, invoice)

    assert shop.captured() == [1_00]
    assert shop.chain() == []
    assert shop.plans(invoice)[0].called_off


def test_a_job_done_again_charges_nothing_again(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills_for_today()

    for _ in range(3):
        shop.asks(invoice)
        shop.charges(invoice)

    assert shop.captured() == [1_00, 110_00]
    assert (shop.chain(), shop.letters()) == ([("succeeded", False)], ["charge_announced"])


def test_what_somebody_has_just_begun_is_left_alone_and_gone_on_with_if_they_died(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills_for_today()
    [plan] = shop.plans(invoice)
    shop.acts(lambda work: begin_planned(work, plan.id, gateway_of(shop.place)))

    with pytest.raises(TryLater, match="Nothing was charged here"):
        shop.charges(invoice)
    shop.stripes.pass_time(seconds=31)
    shop.charges(invoice)

    assert shop.captured() == [1_00, 110_00]
    assert shop.chain() == [("succeeded", False)]


def test_eight_runners_at_the_same_charge_charge_once(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills_for_today()
    waited: list[str] = []

    def run() -> None:
        try:
            shop.charges(invoice)
        except TryLater as held:
            waited.append(str(held))

    assert at_once([run] * 8) == [""] * 8
    assert [each for each in waited if "Nothing was charged here" not in each] == []
    assert shop.captured() == [1_00, 110_00]
    assert shop.chain() == [("succeeded", False)]
    shop.sees(check_books)
    assert shop.differences() == []


def test_a_customer_who_pays_while_the_job_charges_pays_once(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills_for_today()
    url = shop.leads(invoice)

    def run() -> None:
        shop.charges(invoice)

    def pay() -> None:
        shop.fills(url)

    at_once([run, pay])
    shop.reconcile()

    assert shop.captured() == [1_00, 110_00]
    assert shop.payments() == [1_00, 110_00]
    assert shop.of(invoice, "still_to_pay_minor") == 0


def test_a_soft_decline_is_tried_again_on_later_days_and_then_no_more(shop: Ahead):
    shop.keeps_poor_card()
    before = len(shop.captured())
    invoice = shop.bills()

    shop.come(3, invoice)
    again = shop.plans(invoice)[-1]
    assert again.charge_on == shop.days(1)
    assert again.retry_of_id == shop.plans(invoice)[0].attempt_id
    assert shop.letters() == ["charge_announced"]
    shop.come(1, invoice)
    shop.come(2, invoice)
    shop.come(7, invoice)

    assert shop.chain() == [("failed", False), ("failed", True), ("failed", True)]
    assert shop.letters() == ["charge_announced", "charge_failed"]
    assert len(shop.captured()) == before
    subject, words, needless = shop.last_letter()
    assert "could not charge you" in subject
    assert "There was not enough money" in words
    assert holder(shop.world, words.partition("/pay/")[2].split()[0]).customer_id
    assert needless == ""
    told = [row for row in shop.does(lambda work: timeline(work, invoice)).rows if not row.who]
    assert [row.what for row in told[:3]] == ["A charge or payment failed"] * 3
    assert told[0].reason.startswith("There was not enough money")


def test_a_hard_decline_is_not_tried_again(shop: Ahead):
    shop.keeps("pm_card_chargeCustomerFail")
    invoice = shop.bills()

    shop.come(3, invoice)

    assert shop.chain() == [("failed", False)]
    assert shop.letters() == ["charge_announced", "charge_failed"]
    assert len(shop.plans(invoice)) == 1
    assert flags(shop, invoice) == []


def test_without_a_schedule_nothing_is_tried_again(shop: Ahead):
    shop.keeps_poor_card()
    shop.charging(retry_after_days=())
    invoice = shop.bills()

    shop.come(3, invoice)

    assert len(shop.plans(invoice)) == 1
    assert shop.letters()[-1] == "charge_failed"


def test_a_debit_that_fails_days_later_is_followed_like_any_charge(shop: Ahead):
    typed = {"email": "m@m.example", "name": "M", "save": "yes"}
    page = shop.leads(shop.invoice(1_00), way=Way.DIRECT_DEBIT, saves=True, begun_by="contact")
    shop.comes_back(shop.fills(page, "au_becs_debit", "000123456", **typed))
    shop.stripes.pass_time(days=7)
    shop.reconcile()
    invoice = shop.bills()
    shop.stripes.set_mood("debit_fails")
    shop.come(3, invoice)
    waiting = (shop.chain(), shop.letters())

    shop.stripes.pass_time(days=7)
    shop.reconcile()

    assert waiting == ([("processing", False)], ["charge_announced"])
    assert shop.chain() == [("failed", False)]
    assert (len(shop.plans(invoice)), shop.letters()[1:]) == (2, [])


def test_whom_the_bank_wants_to_ask_is_sent_a_link_and_the_payment_is_given_up(shop: Ahead):
    shop.keeps("pm_card_authenticationRequired")
    invoice = shop.bills()

    shop.come(3, invoice)
    shop.gives_up()

    assert shop.letters() == ["charge_announced", "charge_needs_you"]
    assert [each.status for each in shop.stripes.v1.payment_intents.list({}).data] == ["canceled"]
    assert shop.chain() == [("failed", False)]
    assert "your bank wants you to confirm it yourself" in shop.last_letter()[1]
    shop.pays_by_card(invoice)
    assert shop.of(invoice, "still_to_pay_minor") == 0


def test_whom_the_bank_wants_to_ask_gets_the_link_after_an_admins_charge_too(shop: Ahead):
    shop.keeps("pm_card_authenticationRequired")
    invoice = shop.invoice(110_00)

    failed = shop.charge(invoice)
    shop.gives_up()

    assert shop.owed("give_up_payment") == [failed]
    assert shop.letters() == ["charge_needs_you"]
    [intent] = shop.stripes.v1.payment_intents.list({}).data
    assert intent.status == "canceled"


def test_an_admins_declined_charge_is_the_admins_to_follow(shop: Ahead):
    shop.keeps("pm_card_chargeCustomerFail")

    shop.charge(shop.invoice(110_00))

    assert (shop.letters(), shop.owed(), shop.owed("give_up_payment")) == ([], [], [])


def test_a_lost_answer_is_not_tried_again_before_it_is_known(shop: Ahead):
    shop.saves_card()
    invoice = shop.bills()
    shop.stripes.set_mood("lost_answer", about="POST /v1/payment_intents/*/confirm", times="3")
    shop.come(3, invoice)
    unknown = (shop.chain(), len(shop.plans(invoice)))

    shop.charges(invoice)
    shop.reconcile()

    assert unknown == ([("unknown", False)], 1)
    assert shop.chain() == [("succeeded", False)]
    assert shop.captured() == [1_00, 110_00]


def test_a_charge_that_never_reached_the_bank_is_made_on_the_next_day(shop: Ahead):
    shop.saves_card()
    shop.charging(retry_after_days=())
    invoice = shop.bills()
    shop.stripes.set_mood("unreached", about="POST /v1/payment_intents", times="1")

    shop.come(3, invoice)
    shop.come(1, invoice)

    assert shop.chain() == [("canceled", False), ("succeeded", True)]
    assert shop.captured() == [1_00, 110_00]
    assert shop.letters() == ["charge_announced"]


def test_whoever_issues_and_charges_is_not_told_of_another_charge(shop: Ahead):
    shop.saves_card()
    draft = shop.draft(shop.line(110_00))
    asked = ChargeAsked(attempt_id=drawn("att"), customer_id=shop.world.marsh, parts=())

    issue_and_charge(shop.place, shop.by.actor, draft, asked)
    wanted = select(Job.due_at, Job.made_at).where(
        Job.subject == draft, Job.kind == PAYMENT_REQUEST
    )
    [(due_at, made_at)] = shop.sees(lambda work: [tuple(row) for row in work.exec(wanted)])
    shop.asks(draft)

    assert (due_at - made_at).total_seconds() >= 300
    assert (shop.plans(draft), shop.letters()) == ((), [])


@pytest.mark.parametrize(
    "said",
    [
        {"charge_invoices": "yes"},
        {"charge_after_days": 31},
        {"charge_after_days": -1},
        {"retry_after_days": (1, 1, 1, 1)},
        {"retry_after_days": (0,)},
    ],
)
def test_settings_that_would_charge_for_ever_or_at_once_again_are_refused(
    world: World, said: dict[str, object]
):
    usual: dict[str, object] = {"charge_invoices": True, "charge_requests": False}
    usual |= {"charge_after_days": 0, "retry_after_days": (3, 5, 7)}
    world.ada.does(lambda work: set_charging(work, **usual))  # type: ignore[arg-type]

    with pytest.raises(Invalid):
        world.ada.does(lambda work: set_charging(work, **(usual | said)))  # type: ignore[arg-type]


def test_what_is_charged_by_itself_is_announced_and_not_asked_for_or_reminded_of(shop: Ahead):
    shop.saves_card()
    shop.customer(autopay=False)
    asked = shop.bills(50_00)
    shop.customer()
    charged = shop.bills()
    shop.asks(charged)
    for _ in "xx":
        for document in (charged, asked):
            shop.acts(
                lambda work, id_=document: asking_to_pay.remind(
                    work, id_, kind="reminder", detail="2026-11-21"
                )
            )

    assert shop.written_about(charged) == ["charge_announced"]
    assert shop.written_about(asked) == ["payment_request", "reminder"]


def test_an_announcement_is_written_in_the_language_of_its_reader(shop: Ahead):
    shop.saves_card()
    shop.customer(locale="de")
    shop.bills()

    subject, words, _ = shop.last_letter()

    assert "110,00 AU$ am " in words
    assert "Rechnung" in subject
    assert "Sie brauchen nichts zu tun" in words
