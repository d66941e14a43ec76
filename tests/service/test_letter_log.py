"""The log of what was written about a document or to somebody, and sending it once more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from typing import Any

import pytest

from billing_app.gateways import mail
from billing_app.jobs.trouble import GiveUp
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Conflict, NotAllowed, NotFound
from billing_app.reads import customer_details, letters, parties, people
from billing_app.reads.asked_before import asked_before
from billing_app.reads.shown import day
from billing_app.services import asking_to_pay, delivering, enrolling, linking, resending
from billing_app.services.asking_to_pay import NothingToAsk
from tests.billing import drawn
from tests.mail_server import Clerk, mail_server
from tests.post import Post
from tests.posting import place, send, settle_job
from tests.world import World


@pytest.fixture
def post(world: World) -> Post:
    return Post(world)


def log(post: Post, about: str) -> list[str]:
    return [row.kind for row in post.does(lambda work: letters.letters(work, about=about)).rows]


def test_the_log_of_a_document_holds_all_that_was_written_about_it(post: Post):
    invoice, other = post.invoice(100_00), post.invoice(100_00)
    for each in (invoice, other):
        post.ask_for(each)
    post.refund(post.pay(100_00, invoice), 10_00)
    post.note(invoice, 10_00)

    assert log(post, invoice) == ["Credit Note", "Refund", "Receipt", "Payment asked for"]
    assert log(post, other) == ["Payment asked for"]


def test_the_log_of_a_customer_or_person_holds_all_that_went_to_them(post: Post):
    cleo = post.world.cleo
    post.ask_for(post.invoice())

    assert log(post, post.world.marsh) == ["Payment asked for", "Access granted"]
    assert log(post, cleo.contact_id) == ["Access granted"]
    with pytest.raises(NotFound):
        log(post, post.world.brandt)


def test_asking_again_is_a_new_letter_that_says_so(post: Post):
    invoice = post.invoice()
    post.ask_for(invoice)
    left(post, post.written("payment_request")[0])
    post.does(lambda work: asking_to_pay.ask_again(work, invoice))

    first, second = (post.full(each) for each in post.written("payment_request"))

    assert first.link == second.link
    assert "once more" not in post.says(first)
    assert "once more" in post.says(second)


def test_who_never_had_a_request_is_not_told_that_they_had_it_before(post: Post):
    invoice = post.invoice()
    post.ask_for(invoice)
    left(post, post.written("payment_request")[0])
    post.does(lambda work: delivering.mark_bounced(work, post.written("payment_request")[0]))
    post.does(lambda work: asking_to_pay.ask_again(work, invoice))

    assert "once more" not in post.says(post.last("payment_request"))


def test_pressed_twice_it_is_asked_for_once(post: Post):
    invoice, key = post.invoice(), drawn("cmd")

    for _ in range(2):
        post.does(lambda work: asking_to_pay.ask_again(work, invoice, command_key=key))

    assert len(post.written("payment_request")) == 1


def test_nobody_is_asked_again_for_what_asks_for_nothing(post: Post):
    paid, drafted, withdrawn = post.invoice(), post.draft(post.line()), post.invoice()
    post.pay(100_00, paid)
    post.link(withdrawn)
    post.does(lambda work: linking.withdraw_pay_link(work, withdrawn))

    for document, why in ((paid, "nothing still"), (drafted, "a draft"), (withdrawn, "withdrawn")):
        with pytest.raises(NothingToAsk, match=why):
            post.does(lambda work, id_=document: asking_to_pay.ask_again(work, id_))


def test_a_request_sent_again_from_the_log_is_refused_once_it_is_paid(post: Post):
    invoice = post.invoice()
    post.ask_for(invoice)
    letter_id = post.written("payment_request")[0]
    settle_job(post.world, letter_id, dead_at=clock.now())
    again = post.does(lambda work: resending.resend_letter(work, letter_id))
    settle_job(post.world, again, dead_at=clock.now())
    post.pay(100_00, invoice)

    with pytest.raises(NothingToAsk):
        post.does(lambda work: resending.resend_letter(work, letter_id))


def test_a_letter_that_came_back_is_marked_and_can_go_again(post: Post):
    post.pay(100_00, post.invoice())
    letter_id = post.written("receipt")[0]
    with pytest.raises(Conflict, match="has not left"):
        post.does(lambda work: delivering.mark_bounced(work, letter_id))
    with mail_server(Clerk()) as host:
        send(place(post.world, host), letter_id)

    post.does(lambda work: delivering.mark_bounced(work, letter_id))

    row = post.does(lambda work: letters.letters(work, about=post.world.marsh)).rows[0]
    assert (row.status, row.can_go_again) == ("failed", True)
    assert row.note.startswith("It came back")
    with pytest.raises(NotAllowed):
        post.world.vic.does(lambda work: delivering.mark_bounced(work, letter_id))


def asked(post: Post, document: str) -> tuple[str, str, bool, bool] | None:
    """The letter that asked for it last: its kind, its reader, whether it waits or came back."""
    last = post.does(lambda work: asked_before(work, document))
    return last and (last.kind, last.recipient, last.waits, last.came_back)


def test_it_is_known_when_a_document_was_last_asked_for_and_of_whom(post: Post):
    invoice, request = post.invoice(), post.request(40_00)
    reader = post.world.email("letters")
    assert asked(post, invoice) is None

    for each in (invoice, request):
        post.ask_for(each)
        assert asked(post, each) == ("Payment asked for", reader, True, False)
    first = post.written("payment_request")[0]
    left(post, first)
    assert asked(post, invoice) == ("Payment asked for", reader, False, False)
    post.does(lambda work: delivering.mark_bounced(work, first))
    assert asked(post, invoice) == ("Payment asked for", reader, False, True)
    post.note(invoice, 10_00)

    given_up = post.does(lambda work: asking_to_pay.ask_again(work, invoice))
    assert asked(post, invoice) == ("Payment asked for", reader, True, False)
    settle_job(post.world, given_up, dead_at=clock.now())
    assert asked(post, invoice) == ("Payment asked for", reader, False, True)


def test_it_is_said_when_the_letter_left_and_not_when_it_was_written(
    post: Post, wait: Callable[[timedelta], None]
):
    invoice = post.invoice()
    post.ask_for(invoice)

    def when() -> str:
        last = post.does(lambda work: asked_before(work, invoice))
        return last.when if last else ""

    written = when()
    wait(timedelta(days=2))
    left(post, post.written("payment_request")[0])

    assert written.startswith(day(post.days(-2)))
    assert when().startswith(day(post.today()))


def test_whoever_sees_no_letters_is_not_told_and_a_stranger_finds_nothing(post: Post):
    invoice = post.invoice()

    with pytest.raises(NotAllowed):
        post.world.vic.does(lambda work: asked_before(work, invoice))
    with pytest.raises(NotFound):
        post.world.otto.does(lambda work: asked_before(work, invoice))


def found(post: Post, words: str) -> list[tuple[str, str]]:
    """What is found by these words: each letter's kind, and what it is about."""
    page = post.does(lambda work: letters.letters(work, search=words))
    return [(row.kind, row.subject.what) for row in page.rows]


def test_letters_are_found_by_document_reader_and_name_and_say_what_they_are_about(post: Post):
    invoice, other = post.invoice(100_00), post.invoice(100_00, party_id=post.world.bellweather)
    for each in (invoice, other):
        post.ask_for(each)
    post.pay(40_00, invoice)
    number, others = (post.of(each, "number") for each in (invoice, other))
    receipt = post.does(lambda work: letters.letters(work, about=invoice)).rows[0]

    about = [("Receipt", "Payment of A$40.00"), ("Payment asked for", f"Invoice {number}")]
    assert (receipt.subject.party, receipt.subject.party_id) == ("Marsh Design", post.world.marsh)
    assert found(post, f" {number.lower()} ") == about
    both = [about[0], ("Payment asked for", f"Invoice {others}"), about[1]]
    assert found(post, receipt.recipient.upper()) == both
    assert found(post, "marsh") == found(post, " ") == both
    assert found(post, "INV-") == found(post, "nobody@here.example") == []


def left(post: Post, letter_id: str) -> None:
    with mail_server(Clerk()) as host:
        send(place(post.world, host), letter_id)
    settle_job(post.world, letter_id, done_at=clock.now())


def test_an_address_whose_last_letter_came_back_says_so_until_one_arrives(post: Post):
    def noted() -> list[str]:
        record = post.does(lambda work: parties.customer(work, post.world.marsh))
        contacts = post.does(lambda work: people.contacts(work, post.world.marsh))
        return [record.came_back, *(each.came_back for each in contacts)]

    assert post.world.cleo.contact_id
    post.pay(100_00, post.invoice())
    letter_id = post.written("receipt")[0]
    left(post, letter_id)
    assert noted() == ["", ""]

    post.does(lambda work: delivering.mark_bounced(work, letter_id))
    assert noted() == [day(post.today()), ""]

    left(post, post.does(lambda work: resending.resend_letter(work, letter_id)))
    assert noted() == ["", ""]


def moves_to(post: Post, address: str) -> None:
    """Write down another e-mail address of Marsh Design."""
    details = post.does(lambda work: customer_details.details(work, post.world.marsh))
    said = {
        each.name: getattr(details, each.name)
        for each in fields(details)
        if each.name not in ("id", "edition")
    }
    post.does(
        lambda work: enrolling.change_customer(work, post.world.marsh, **said | {"email": address})
    )


def test_a_letter_that_has_not_left_goes_to_the_address_that_was_corrected(post: Post):
    invoice = post.invoice()
    post.ask_for(invoice)
    post.pay(40_00, invoice)
    receipt = post.written("receipt")[0]
    left(post, receipt)
    before = post.full(receipt).recipient
    post.ask_for(post.invoice(party_id=post.world.bellweather))
    asked, others = post.written("payment_request")
    others_before = post.full(others).recipient

    moves_to(post, "new@marsh.example")

    assert post.full(asked).recipient == "new@marsh.example"
    assert (post.full(receipt).recipient, post.full(others).recipient) == (before, others_before)
    told = [post.full(each).recipient for each in post.written("address_changed")]
    assert told == [before, "new@marsh.example"]


def test_a_letter_that_leaves_while_the_address_is_corrected_says_where_it_went(
    post: Post, monkeypatch: pytest.MonkeyPatch
):
    post.pay(100_00, post.invoice())
    letter_id = post.written("receipt")[0]
    before = post.full(letter_id).recipient
    hand_over = mail.hand_over

    def slowly(*args: Any, **more: Any) -> None:
        hand_over(*args, **more)
        moves_to(post, "new@marsh.example")

    monkeypatch.setattr(mail, "hand_over", slowly)
    with mail_server(Clerk()) as host:
        send(place(post.world, host), letter_id)

    assert post.full(letter_id).recipient == before


def test_a_letter_sent_again_goes_to_the_address_that_was_corrected(post: Post):
    post.pay(100_00, post.invoice())
    letter_id = post.written("receipt")[0]
    left(post, letter_id)
    post.does(lambda work: delivering.mark_bounced(work, letter_id))
    moves_to(post, "new@marsh.example")

    again = post.does(lambda work: resending.resend_letter(work, letter_id))

    rows = post.does(lambda work: letters.letters(work, search="new@marsh.example")).rows
    assert {row.id: row.kind for row in rows}[again] == "Receipt"
    assert {row.kind for row in rows} == {"Receipt", "E-mail address changed"}


def test_a_refusal_at_once_is_seen_in_the_log_by_itself(post: Post):
    post.pay(100_00, post.invoice())
    letter_id = post.written("receipt")[0]
    with mail_server(Clerk({"RCPT": "550 no such person"})) as host, pytest.raises(GiveUp):
        send(place(post.world, host), letter_id)
    settle_job(post.world, letter_id, dead_at=clock.now())

    row = post.does(lambda work: letters.letters(work, about=post.world.marsh)).rows[0]
    assert row.status == "failed"
