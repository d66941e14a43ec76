"""Credit Requests: money asked for up front, which is no debt, no revenue and no tax."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import col, select

from billing_app.access.guard import customer_read
from billing_app.kernel.errors import BillingError, Invalid, NotAllowed, NotFound
from billing_app.kernel.money import LARGEST_MINOR, Money
from billing_app.kernel.refusals import NotAnAmount, NotPayable, TooMuch, WrongCurrency
from billing_app.ledger.accounts import Code
from billing_app.ledger.book import ClosedPeriod
from billing_app.models.credit import CreditRequest
from billing_app.models.ledger import Entry
from billing_app.models.outbox import Letter
from billing_app.models.payment import Allocation
from billing_app.reads.admin import DEEDS, activity
from billing_app.services import closing, enrolling, organizing, paying, requesting
from billing_app.services.crediting import NoCredit, SettingOff
from billing_app.services.drafting import DraftChanged, PartyArchived
from billing_app.services.paying import Part
from billing_app.services.requesting import (
    Asks,
    DueBeforeRaised,
    RequestNotRaised,
    RequestStands,
    RequestVoid,
)
from tests.billing import aud, drawn, refused
from tests.purse import Purse
from tests.rules import rule
from tests.world import World


@pytest.fixture
def purse(world: World) -> Purse:
    return Purse(world)


def drafting(purse: Purse, **more):
    """The command that drafts a credit request, ready to be refused."""
    said = {"customer_id": purse.world.marsh, "amount": aud(500_00)} | more
    return lambda work: requesting.draft_request(work, drawn("crq"), **said)


def raising(request_id: str, **more):
    """The command that raises one, ready to be refused."""
    return lambda work: requesting.raise_request(work, request_id, **more)


def closing_it(request_id: str, **more):
    """The command that closes one from credit, ready to be refused."""
    return lambda work: closing.pay_request_from_credit(work, request_id, **more)


# Drafts


def test_a_draft_asks_for_nothing_and_no_customer_sees_it(purse: Purse, world: World):
    draft = purse.ask(500_00, description="Deposit for May")

    assert purse.told(CreditRequest, draft, "state", "number", "still_to_pay_minor") == [
        "draft",
        None,
        0,
    ]
    assert seen(world) == []


def seen(world: World) -> list[str | None]:
    """The numbers of the credit requests that Marsh Design's contact sees."""
    return world.cleo.does(
        customer_read(lambda work: list(work.exec(select(CreditRequest.number))))
    )


def test_a_form_sent_twice_drafts_once(purse: Purse, world: World):
    form = drawn("crq")
    said = {"customer_id": world.marsh, "description": "Deposit"}
    for _ in range(2):
        purse.does(lambda work: requesting.draft_request(work, form, amount=aud(5_00), **said))

    assert purse.count(CreditRequest) == 1
    with pytest.raises(BillingError, match="said something else then"):
        purse.does(lambda work: requesting.draft_request(work, form, amount=aud(6_00), **said))


def test_a_form_sent_again_after_raising_is_harmless(purse: Purse, world: World):
    form = drawn("crq")

    def send(work) -> str:
        return requesting.draft_request(work, form, customer_id=world.marsh, amount=aud(5_00))

    purse.raises(purse.does(send))

    assert purse.does(send) == form
    assert purse.told(CreditRequest, form, "state") == ["raised"]


def test_a_draft_is_changed_by_whoever_saw_its_last_version(purse: Purse):
    draft = purse.ask(500_00)

    def change(work) -> str:
        return requesting.change_request(
            work, draft, version=1, amount=Money(400_00, "EUR"), description="Deposit"
        )

    purse.does(change)

    assert purse.told(CreditRequest, draft, "total_minor", "currency", "description") == [
        400_00,
        "EUR",
        "Deposit",
    ]
    refused(purse, DraftChanged, change)


def test_a_deleted_draft_leaves_nothing_and_no_gap(purse: Purse):
    draft = purse.ask(500_00)

    purse.does(lambda work: requesting.delete_request(work, draft))

    assert purse.count(CreditRequest) == 0
    assert purse.told(CreditRequest, purse.request(1_00), "number") == ["CR-00001"]


@pytest.mark.parametrize(
    ("bad", "refusal"),
    [
        ({"amount": aud(0)}, NotAnAmount),
        ({"amount": aud(-1)}, NotAnAmount),
        ({"amount": aud(LARGEST_MINOR + 1)}, NotAnAmount),
        ({"description": "x" * 10_000}, Invalid),
        ({"customer_id": "cus_nobody"}, NotFound),
    ],
)
def test_a_request_that_cannot_be_is_refused(purse: Purse, bad, refusal):
    refused(purse, refusal, drafting(purse, **bad))


def test_what_people_write_is_kept_without_its_hidden_marks(purse: Purse):
    draft = purse.ask(5_00, description="\u202e=SUM(A1)\u2066 تأمين")

    assert purse.told(CreditRequest, draft, "description") == ["=SUM(A1) تأمين"]


def test_nobody_asks_a_stranger_or_somebody_put_away(purse: Purse, world: World):
    ready = purse.ask(500_00)
    purse.does(lambda work: enrolling.archive_customer(work, world.marsh))

    refused(purse, NotFound, drafting(purse, customer_id=world.brandt))
    refused(purse, PartyArchived, drafting(purse))
    refused(purse, PartyArchived, raising(ready))


# Raising


def test_row_7_raising_posts_nothing_and_asks_for_payment(purse: Purse):
    raised = purse.request(500_00)

    assert purse.told(CreditRequest, raised, "state", "number", "still_to_pay_minor") == [
        "raised",
        "CR-00001",
        500_00,
    ]
    assert purse.told(CreditRequest, raised, "raised_on", "due_on") == [
        purse.today(),
        purse.days(14),
    ]
    assert purse.asked_for() == [raised]
    assert purse.count(Entry) == 0
    assert purse.differences() == []


@pytest.mark.parametrize(
    ("asks", "letters", "owed"),
    [(Asks.AS_AGREED, 0, 1), (Asks.BY_LETTER, 1, 0), (Asks.NOT_YET, 0, 0)],
)
def test_it_is_asked_for_as_was_chosen_and_in_no_other_way(
    purse: Purse, asks: Asks, letters: int, owed: int
):
    """What is owed is decided on by a runner: charging by itself, or the letter."""
    raised = purse.request(500_00, asks=asks)

    assert len(purse.asked_for()) == owed
    found = purse.sees(
        lambda work: work.exec(
            select(Letter.kind).where(Letter.subject == raised, Letter.kind == "payment_request")
        ).all()
    )
    assert len(found) == letters


def test_a_request_is_voided_for_a_reason_that_is_kept(purse: Purse):
    raised = purse.request(500_00)

    refused(purse, Invalid, lambda work: requesting.void_request(work, raised, reason=" \u202e "))
    purse.void(raised, reason="The term was called off")

    assert purse.told(CreditRequest, raised, "void_reason") == ["The term was called off"]


def test_a_raised_request_says_what_it_said_whoever_is_renamed_later(purse: Purse, world: World):
    raised = purse.request(500_00)

    assert '"name": "Marsh Design"' in purse.told(CreditRequest, raised, "snapshot")[0]
    assert seen(world) == ["CR-00001"]


def test_raised_is_raised_and_its_words_stand(purse: Purse):
    raised = purse.request(500_00)

    assert "CR-00001 was already raised" in refused(purse, RequestStands, raising(raised))
    refused(purse, RequestStands, lambda work: requesting.delete_request(work, raised))
    refused(
        purse,
        RequestStands,
        lambda work: requesting.change_request(work, raised, version=2, amount=aud(1_00)),
    )


def test_what_was_shown_is_what_is_raised(purse: Purse):
    draft = purse.ask(500_00)
    purse.does(lambda work: requesting.change_request(work, draft, version=1, amount=aud(900_00)))

    refused(purse, DraftChanged, raising(draft, version=1))


def test_a_date_that_cannot_be_is_refused(purse: Purse):
    late = purse.ask(500_00, due_on=purse.days(-1))

    refused(purse, DueBeforeRaised, raising(late))
    refused(purse, Invalid, raising(purse.ask(500_00), on=purse.days(1)))


def test_nothing_is_raised_or_voided_in_closed_books(purse: Purse):
    """Neither posts anything, and both are dated."""
    draft = purse.ask(5_00)
    raised = purse.request(5_00, on=purse.days(-10))
    purse.does(lambda work: organizing.close_books(work, until=purse.days(-2)))

    refused(
        purse,
        ClosedPeriod,
        lambda work: requesting.raise_request(work, draft, on=purse.days(-2)),
    )
    refused(
        purse,
        ClosedPeriod,
        lambda work: requesting.void_request(work, raised, reason="Asked twice", on=purse.days(-5)),
    )
    purse.raises(draft, on=purse.days(-1))
    purse.void(raised, on=purse.days(-1))


def test_sent_again_under_its_key_it_is_raised_once(purse: Purse):
    draft = purse.ask(500_00)

    assert [purse.raises(draft, command_key="k") for _ in "ab"] == [draft, draft]
    assert purse.asked_for() == [draft]


@pytest.mark.parametrize(("who", "refusal"), [("vic", NotAllowed), ("otto", NotFound)])
def test_neither_a_viewer_nor_the_business_next_door_raises_it(
    purse: Purse, world: World, who: str, refusal
):
    draft = purse.ask(500_00)
    other = Purse(world, by=getattr(world, who))

    refused(other, refusal, raising(draft))
    refused(other, refusal, lambda work: requesting.void_request(work, draft, reason="Asked twice"))
    refused(other, refusal, lambda work: requesting.delete_request(work, draft))
    refused(other, refusal, drafting(purse))


# Paying


@rule(70)
def test_row_7b_g5_a_part_paid_becomes_credit_and_the_rest_is_still_asked_for(purse: Purse):
    raised = purse.request(500_00)

    purse.pay(200_00, raised)

    assert purse.asks(raised) == 300_00
    assert purse.lots() == [("credit_request", 200_00, 200_00)]
    assert purse.postings() == [("payment_received", "1000", "2000", 200_00)]
    assert [purse.balance(code) for code in (Code.OWN_SALES, Code.TAX_PAYABLE)] == [aud(0)] * 2
    assert purse.differences() == []


def test_what_is_paid_beyond_a_request_is_credit_too(purse: Purse):
    raised = purse.request(500_00)

    purse.pay(600_00, raised)

    assert purse.asks(raised) == 0
    assert purse.lots() == [("credit_request", 500_00, 500_00), ("overpayment", 100_00, 100_00)]
    assert purse.differences() == []


def test_a_request_that_is_paid_pays_open_invoices_at_once(purse: Purse):
    invoice, raised = purse.invoice(300_00), purse.request(500_00)
    purse.turn_on()

    purse.pay(500_00, raised)

    assert [purse.asks(raised), purse.still(invoice), purse.credit()] == [0, 0, 200_00]
    assert purse.differences() == []


def test_a_draft_or_void_request_takes_no_payment(purse: Purse):
    draft, void = purse.ask(500_00), purse.request(500_00)
    purse.void(void)

    for document in (draft, void):
        refused(
            purse,
            NotPayable,
            lambda work, document=document: paying.record_payment(
                work,
                drawn("pay"),
                party_id=purse.world.marsh,
                amount=aud(10_00),
                kind="cash",
                parts=[Part(document)],
            ),
        )


# Closing from credit


def test_paying_a_request_from_credit_goes_in_a_circle_and_is_refused(purse: Purse):
    purse.give(500_00)
    raised = purse.request(300_00)
    purse.turn_on()

    sentence = refused(purse, SettingOff, closing_it(raised))

    assert sentence.startswith("'Automatically mark Credit Requests paid' is off")
    assert purse.asks(raised) == 300_00


def test_row_7c_with_its_setting_it_is_closed_and_nothing_moves(purse: Purse):
    purse.give(500_00)
    raised = purse.request(300_00)
    purse.turn_on("apply_credit_to_requests")
    entries = purse.count(Entry)

    purse.close(raised)

    assert [purse.asks(raised), purse.credit()] == [0, 500_00]
    assert purse.lots() == [("adjustment", 500_00, 500_00)]
    assert purse.count(Entry) == entries
    assert purse.differences() == []


def test_one_sum_never_closes_two_requests(purse: Purse):
    purse.give(500_00)
    first, second = purse.request(300_00), purse.request(300_00)
    purse.turn_on("apply_credit_to_requests")

    purse.close(first)
    purse.close(second)

    assert [purse.asks(first), purse.asks(second)] == [0, 100_00]
    refused(purse, NoCredit, closing_it(second))


def test_a_part_is_closed_as_chosen(purse: Purse):
    purse.give(100_00)
    purse.give(100_00)
    raised = purse.request(300_00)
    purse.turn_on("apply_credit_to_requests")

    purse.close(raised, aud(150_00))

    assert purse.asks(raised) == 150_00
    applied = purse.sees(
        lambda work: list(work.exec(select(Allocation.amount_minor).order_by(col(Allocation.id))))
    )
    assert applied == [100_00, 50_00]


@pytest.mark.parametrize(
    ("amount", "refusal"),
    [
        (aud(0), NotAnAmount),
        (Money(1_00, "EUR"), WrongCurrency),
        (aud(300_01), TooMuch),
        (aud(200_01), TooMuch),
    ],
)
def test_an_amount_that_credit_cannot_close_is_refused(purse: Purse, amount: Money, refusal):
    purse.give(200_00)
    raised = purse.request(300_00)
    purse.turn_on("apply_credit_to_requests")

    refused(purse, refusal, closing_it(raised, amount=amount))


def test_only_a_raised_request_that_still_asks_is_closed(purse: Purse):
    purse.give(900_00)
    draft, void, closed = purse.ask(10_00), purse.request(10_00), purse.request(10_00)
    purse.void(void)
    purse.turn_on("apply_credit_to_requests")
    purse.close(closed)

    for request, why in ((draft, "draft"), (void, "void"), (closed, "nothing still to pay")):
        assert why in refused(purse, NotPayable, closing_it(request))


def test_at_raise_credit_closes_it_before_anybody_is_asked(purse: Purse):
    purse.give(500_00)
    purse.turn_on("apply_credit_to_requests")

    covered, partly = purse.request(300_00), purse.request(300_00)

    assert [purse.asks(covered), purse.asks(partly)] == [0, 100_00]
    assert purse.asked_for() == [partly]
    assert purse.credit() == 500_00


def test_credit_that_arrives_for_one_request_closes_no_other(purse: Purse):
    purse.turn_on("apply_credit_to_requests")
    first, second = purse.request(300_00), purse.request(300_00)

    purse.pay(300_00, first)

    assert [purse.asks(first), purse.asks(second)] == [0, 300_00]


def test_of_many_who_close_requests_with_one_sum_at_once_one_does(purse: Purse):
    purse.give(100_00)
    requests = [purse.request(100_00) for _ in range(6)]
    purse.turn_on("apply_credit_to_requests")

    def close(request: str) -> str:
        try:
            return purse.close(request)
        except BillingError as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(max_workers=6) as threads:
        answers = list(threads.map(close, requests))

    assert answers.count("NoCredit") == 5
    assert purse.differences() == []


# Voiding


def test_a_void_request_asks_for_nothing_and_keeps_its_number(purse: Purse):
    raised = purse.request(500_00)

    purse.void(raised)

    assert purse.told(CreditRequest, raised, "state", "number", "still_to_pay_minor") == [
        "void",
        "CR-00001",
        0,
    ]
    assert purse.told(CreditRequest, raised, "voided_on") == [purse.today()]
    assert purse.count(Entry) == 0


def test_what_was_paid_on_a_void_request_stays_credit(purse: Purse):
    raised = purse.request(500_00)
    purse.pay(200_00, raised)

    purse.void(raised)

    assert purse.credit() == 200_00
    assert purse.differences() == []
    purse.refund_credit(200_00)
    assert purse.credit() == 0


def test_credit_that_had_closed_a_void_request_closes_another(purse: Purse):
    purse.give(500_00)
    purse.turn_on("apply_credit_to_requests")
    first = purse.request(500_00)

    purse.void(first)

    assert purse.asks(purse.request(500_00)) == 0
    assert purse.differences() == []


def test_only_a_raised_request_is_voided_and_once(purse: Purse):
    draft, void = purse.ask(500_00), purse.request(500_00)
    purse.void(void)

    refused(
        purse,
        RequestNotRaised,
        lambda work: requesting.void_request(work, draft, reason="Asked twice"),
    )
    assert "CR-00001 is void already" in refused(
        purse, RequestVoid, lambda work: requesting.void_request(work, void, reason="Asked twice")
    )


def test_a_request_is_voided_no_earlier_than_it_was_raised(purse: Purse):
    raised = purse.request(500_00)

    for day in (purse.days(-1), purse.days(1)):
        refused(
            purse,
            Invalid,
            lambda work, day=day: requesting.void_request(
                work, raised, reason="Asked twice", on=day
            ),
        )


def test_each_act_on_a_request_has_its_words_in_the_activity_list(purse: Purse):
    purse.void(purse.request(10_00))

    deeds = {line.deed for line in purse.does(activity)}
    assert {DEEDS[verb] for verb in ("draft_request", "raise_request", "void_request")} <= deeds
