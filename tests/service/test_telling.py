"""Letters about documents: written when it happens, once, and true when they leave."""

from __future__ import annotations

import pytest

from billing_app.gateways.payments import Saved, Stage, Way
from billing_app.jobs.trouble import TryLater
from billing_app.kernel.errors import Invalid
from billing_app.models.party import Customer
from billing_app.reads.told import StatementTold
from billing_app.services import (
    asking,
    attempting,
    contacting,
    enrolling,
    organizing,
    sending_statements,
    voiding,
)
from billing_app.services.noting import Excess
from billing_app.services.paying import Part
from tests.billing import aud, drawn
from tests.links import holder
from tests.mail_server import Clerk, mail_server
from tests.post import Post
from tests.posting import PUBLIC_URL, kept, place, send
from tests.rules import rule
from tests.world import World


@pytest.fixture
def post(world: World) -> Post:
    return Post(world)


@rule(66, 71)
def test_a_request_tells_what_is_left_after_credit_was_used(post: Post):
    post.turn_on()
    post.give(30_00)
    invoice = post.invoice(100_00)
    post.ask_for(invoice)

    said = post.says(post.last("payment_request"))

    assert "$70.00 to pay by" in said
    assert "Total: A$100.00" in said
    assert "Paid or taken off already: A$30.00" in said
    assert "Still to pay: A$70.00" in said
    assert post.written("credit_applied") == []


@rule(50, 51)
def test_the_link_in_a_request_leads_to_its_document(post: Post):
    request = post.request(500_00)
    post.ask_for(request)

    letter = post.last("payment_request")

    path = letter.link.removeprefix(f"{PUBLIC_URL}/pay/")
    assert holder(post.world, path).customer_id == Customer.read_id(post.world.marsh)
    assert post.bill(request).what.startswith("Credit Request")
    assert path == post.link(request)
    assert "payment in advance" in post.says(letter)


def test_a_job_that_is_done_twice_asks_once(post: Post):
    invoice = post.invoice()
    post.ask_for(invoice)
    post.ask_for(invoice)

    assert len(post.written("payment_request")) == 1


def test_a_partner_signs_in_to_pay(post: Post):
    invoice = post.invoice(party_id=post.world.northside)
    post.ask_for(invoice)

    letter = post.last("payment_request")

    assert (letter.link, letter.name) == (f"{PUBLIC_URL}/sign-in", "Northside School")


def test_while_it_is_being_charged_nobody_is_asked_yet(post: Post):
    kept_by = post.begin(post.invoice(1_00), saves=True, begun_by="contact")
    card = Saved(f"pm_{drawn('att')}", Way.CARD, "Visa •••• 7701")
    post.settle(kept_by, Stage.SUCCEEDED, saved=card)
    invoice, charge = post.invoice(), drawn("att")
    post.does(
        lambda work: attempting.begin_charge(
            work, charge, customer_id=post.world.marsh, parts=[Part(invoice)]
        )
    )
    with pytest.raises(TryLater):
        post.ask_for(invoice)
    post.settle(post.acts(lambda work: asking.begun(work, charge)), Stage.FAILED)
    post.ask_for(invoice)

    assert len(post.written("payment_request")) == 1


def test_whoever_looks_at_the_gateways_page_is_asked_all_the_same(post: Post):
    invoice = post.invoice()
    post.begin(invoice)
    post.ask_for(invoice)

    assert len(post.written("payment_request")) == 1


def test_what_was_settled_meanwhile_is_not_asked_for(post: Post):
    invoice = post.invoice(100_00)
    post.ask_for(invoice)
    post.pay(100_00, invoice)
    clerk = Clerk()
    letter_id = post.written("payment_request")[0]
    with mail_server(clerk) as host:
        send(place(post.world, host), letter_id)

    assert clerk.taken == []
    assert "paid or taken off" in kept(post.world, letter_id).answer


def test_a_receipt_names_all_that_the_money_paid(post: Post):
    invoice = post.invoice(100_00)
    post.pay(120_00, invoice, reference="MARSH 1")

    said = post.says(post.last("receipt"))

    assert len(post.written("receipt")) == 1
    assert "received A$120.00 from you" in said
    assert "Paid by: Bank transfer Reference: MARSH 1" in said
    number = post.of(invoice, "number")
    assert f"Paid on Invoice {number}: A$100.00 Still to pay on Invoice {number}: A$0.00" in said
    assert "Kept as your credit: A$20.00" in said


@rule(58)
def test_a_payment_through_the_gateway_has_a_receipt_too(post: Post):
    begun = post.begin(post.invoice(100_00))
    post.settle(begun, Stage.SUCCEEDED)
    post.settle(begun, Stage.SUCCEEDED)

    assert len(post.written("receipt")) == 1
    assert "Paid by: Card" in post.says(post.last("receipt"))


def test_a_receipt_of_a_mistake_stays_here(post: Post):
    payment = post.pay(50_00, post.invoice())
    post.reverse(payment)

    assert post.last("receipt").needless == "What it tells of is no longer so."


def test_credit_that_pays_an_invoice_as_a_whole_is_told_instead_of_a_request(post: Post):
    post.turn_on()
    post.give(150_00)
    invoice = post.invoice(100_00)

    said = post.says(post.last("credit_applied"))

    assert invoice not in post.asked_for()
    assert "used A$100.00 of your credit" in said
    assert "There is nothing left to pay on it." in said


def test_credit_that_arrives_later_is_told_for_each_invoice_and_each_time(post: Post):
    post.turn_on()
    post.invoice(100_00)
    post.give(30_00)
    post.give(20_00)

    told = [post.says(post.full(each)) for each in post.written("credit_applied")]

    assert ["A$30.00" in told[0], "A$20.00" in told[1], len(told)] == [True, True, 2]


def test_credit_that_is_taken_back_is_told_by_no_letter_that_still_waits(post: Post):
    post.turn_on()
    payment = post.pay(100_00)
    post.invoice(100_00)
    post.reverse(payment)

    assert post.last("credit_applied").needless == "What it tells of is no longer so."


def test_a_refund_says_which_way_it_goes_and_what_is_owed_again(post: Post):
    invoice = post.invoice(100_00)
    payment = post.pay(100_00, invoice)
    post.refund(payment, 40_00)

    said = post.says(post.last("refund"))

    assert "gives A$40.00 back to you" in said
    assert "in another way than by card" in said
    assert "What it had paid is owed again." in said


def test_a_refund_with_a_credit_note_has_a_letter_for_each(post: Post):
    invoice = post.invoice(100_00)
    payment = post.pay(100_00, invoice)
    post.forgive(payment, invoice, 25_00)

    assert len(post.written("refund")) == len(post.written("credit_note")) == 1
    assert "You do not owe it any more" in post.says(post.last("refund"))
    assert "Given back to you: A$25.00" in post.says(post.last("credit_note"))


def test_a_credit_note_says_where_all_of_it_went(post: Post):
    invoice = post.invoice(100_00)
    post.pay(80_00, invoice)
    post.note(invoice, 50_00, excess=Excess(to_credit=aud(30_00)))

    said = post.says(post.last("credit_note"))

    assert "Taken off what is still to pay: A$20.00" in said
    assert "Kept as your credit: A$30.00" in said
    assert "A$0.00" in said


def test_a_statement_closes_and_is_sent_as_often_as_it_is_asked_for(post: Post):
    invoice = post.invoice(100_00)
    post.pay(130_00, invoice)
    day = post.today()
    for _ in "xx":
        post.does(
            lambda work: sending_statements.send_statement(
                work, post.world.marsh, since=day, until=day, currency="AUD"
            )
        )

    said = post.says(post.last("statement"))

    assert len(post.written("statement")) == 2
    assert "Before: A$0.00 Charged to you: A$100.00" in said
    assert "credited to you: A$130.00 After: A$30.00 in your favour" in said


def test_a_statement_that_ends_before_it_begins_is_refused(post: Post):
    with pytest.raises(Invalid):
        post.does(
            lambda work: sending_statements.send_statement(
                work, post.world.marsh, since=post.days(0), until=post.days(-1)
            )
        )


def test_a_statement_says_nothing_of_days_to_come(post: Post):
    def sent(since: int) -> str:
        days = {"since": post.days(since), "until": post.days(40)}
        return post.does(
            lambda work: sending_statements.send_statement(work, post.world.marsh, **days)
        )

    sent(-9)
    told = post.last("statement").told

    assert isinstance(told, StatementTold)
    assert told.until == post.today()
    with pytest.raises(Invalid, match=r"still to come\. Nothing was sent"):
        sent(1)


def test_a_statement_in_a_currency_that_nothing_moved_in_is_refused(post: Post):
    day = post.today()
    with pytest.raises(Invalid, match=r"Nothing ever moved .* Nothing was sent"):
        post.does(
            lambda work: sending_statements.send_statement(
                work, post.world.marsh, since=day, until=day, currency="JPY"
            )
        )


def test_a_void_invoice_is_asked_for_by_no_letter_that_still_waits(post: Post):
    invoice = post.invoice()
    post.ask_for(invoice)
    post.does(lambda work: voiding.void_invoice(work, invoice, reason="Twice"))

    assert post.last("payment_request").needless == "The document is void."


def change_marsh(post: Post, **said: str) -> None:
    usual = {"name": "Marsh Design", "email": post.world.email("letters"), "due_days": "14"}
    usual |= dict.fromkeys(("legal_name", "address", "tax_id"), "")
    usual |= {"currency": "AUD", "locale": "en"} | said
    post.does(
        lambda work: enrolling.change_customer(work, post.world.marsh, **usual, autopay=False)
    )


@pytest.mark.parametrize(("locale", "words"), [("de", "Rechnung"), ("fr", "Facture")])
def test_a_letter_is_in_the_language_in_which_its_document_was_issued(
    post: Post, locale: str, words: str
):
    change_marsh(post, locale=locale)
    invoice = post.invoice()
    change_marsh(post, locale="en")
    post.ask_for(invoice)

    letter = post.last("payment_request")

    assert (letter.locale, words in post.says(letter)) == (locale, True)


def test_a_persons_own_language_comes_before_that_of_the_document(post: Post):
    change_marsh(post, locale="de")
    contact = post.world.add_contact(post.world.ada, post.world.marsh, "letters")
    post.does(lambda work: contacting.change_contact(work, contact, name="Léa Marsh", locale="fr"))
    post.ask_for(post.invoice())

    letter = post.last("payment_request")

    assert (letter.locale, letter.name) == ("fr", "Léa Marsh")


def test_without_a_language_of_theirs_people_read_that_of_the_organization(post: Post):
    post.does(lambda work: organizing.set_profile(work, locale="de"))
    post.world.pat  # noqa: B018 - she is granted access, and told so

    assert post.last("access_granted").locale == "de"


def test_a_new_customer_reads_in_the_language_of_the_organization_until_they_choose(post: Post):
    post.does(lambda work: organizing.set_profile(work, locale="fr"))
    customer = post.world.add_customer(post.world.ada, "Lumière")
    post.ask_for(post.invoice(party_id=customer))

    assert post.last("payment_request").locale == "fr"


def test_a_new_address_is_told_at_both(post: Post):
    old, new = post.world.email("letters"), post.world.email("accounts")
    change_marsh(post, email=new)

    told = [post.full(each) for each in post.written("address_changed")]

    assert [each.recipient for each in told] == [old, new]
    assert "no longer to this one" in post.says(told[0])
    assert "to this address" in post.says(told[1])


def test_owners_are_told_of_other_bank_details_and_not_of_the_first(post: Post):
    for details in ("BSB 1", "BSB 1", "BSB 2"):
        post.does(lambda work, said=details: organizing.set_profile(work, bank_details=said))

    told = [post.full(each) for each in post.written("bank_changed")]

    assert [each.recipient for each in told] == [post.world.ada.email]
    assert "BSB" not in post.says(told[0])


def test_at52_names_of_customers_and_references_are_text_on_the_wire(post: Post):
    evil = '"><script>alert(1)</script>'
    change_marsh(post, name=evil)
    post.pay(100_00, post.invoice(), reference="<img src=x>")
    clerk = Clerk()
    with mail_server(clerk) as host:
        send(place(post.world, host), post.written("receipt")[0])

    html = clerk.taken[0].get_body(("html",)).get_content()
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;img src=x&gt;" in html


def test_a_letter_to_a_partner_never_holds_the_figures_of_customers(post: Post):
    post.pay(739_19, post.invoice(739_19))
    post.pay(
        100_00, post.invoice(100_00, party_id=post.world.northside), party_id=post.world.northside
    )

    letter = post.last("receipt")

    assert letter.recipient == post.world.email("letters")
    assert "739" not in post.says(letter)


def test_nothing_readable_is_kept_of_a_letter(post: Post):
    post.pay(123_45, post.invoice(500_00), reference="SECRET WORDS")

    letter = kept(post.world, post.written("receipt")[0])

    assert "SECRET" not in repr(letter.model_dump())
    assert (letter.detail, letter.answer) == ("", "")
