"""The PDF that goes with a letter, over a real mail server."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from billing_app.jobs.enclosing import WITHOUT_PDF
from billing_app.reads import letters
from billing_app.reads.papers import paper
from billing_app.services import asking_to_pay, organizing, planning, sending_statements
from tests.mail_server import Clerk, mail_server
from tests.post import Post
from tests.posting import place, send
from tests.printed import Printed
from tests.world import World


@pytest.fixture
def post(world: World) -> Post:
    return Post(world)


def arrives(post: Post, kind: str) -> EmailMessage:
    """The last letter of a kind, as the mail server takes it."""
    clerk = Clerk()
    with mail_server(clerk) as host:
        send(place(post.world, host), post.written(kind)[-1])
    [message] = clerk.taken
    return message


def enclosed(message: EmailMessage) -> list[tuple[str, Printed]]:
    return [
        (str(part.get_filename()), Printed(part.get_content()))
        for part in message.iter_attachments()
        if part.get_content_type() == "application/pdf"
    ]


def number_of(post: Post, document_id: str) -> str:
    return str(post.acts(lambda work: paper(work, document_id)).head.number)


def test_a_request_carries_its_invoice_as_a_pdf_that_names_it(post: Post):
    post.does(lambda work: organizing.set_profile(work, legal_name="Harbour Pty Ltd"))
    invoice = post.invoice(100_00)
    post.ask_for(invoice)
    number = number_of(post, invoice)

    message = arrives(post, "payment_request")

    [(name, printed)] = enclosed(message)
    assert name == f"invoice-{number}.pdf"
    assert number in printed.text
    assert "Harbour Pty Ltd" in printed.text
    text = message.get_body(("plain",))
    assert text is not None
    assert number in text.get_content()


def test_a_receipt_a_credit_note_and_a_statement_carry_their_own(post: Post):
    invoice = post.invoice(100_00)
    post.pay(90_00, invoice)
    post.note(invoice, 10_00)
    today = post.today()
    post.does(
        lambda work: sending_statements.send_statement(
            work, post.world.marsh, since=today, until=today
        )
    )

    names = [
        enclosed(arrives(post, kind))[0][0] for kind in ("receipt", "credit_note", "statement")
    ]

    assert [name.partition("-")[0] for name in names] == ["receipt", "credit", "statement"]


def test_whatever_is_the_first_word_of_an_invoice_or_asks_for_a_part_carries_it(post: Post):
    post.turn_on()
    post.give(50_00)
    covered, planned = post.invoice(50_00), post.draft(post.line(200_00))
    post.does(
        lambda work: planning.plan_in_equal_parts(
            work, planned, count=2, first_due_on=post.days(3), days_apart=30
        )
    )
    post.issue(planned)
    day = post.days(3).isoformat()
    post.acts(lambda work: asking_to_pay.remind(work, planned, kind="instalment_due", detail=day))

    for kind, invoice in (("instalment_due", planned), ("credit_applied", covered)):
        [(name, printed)] = enclosed(arrives(post, kind))
        assert name == f"invoice-{number_of(post, invoice)}.pdf"
        assert number_of(post, invoice) in printed.text


def test_a_letter_to_a_partner_leads_to_their_sign_in_and_carries_no_document(post: Post):
    partner = post.world.northside
    invoice = post.invoice(100_00, party_id=partner)
    post.ask_for(invoice)
    post.pay(30_00, invoice, party_id=partner)
    post.note(invoice, 10_00)

    for kind in ("payment_request", "receipt", "credit_note"):
        assert enclosed(arrives(post, kind)) == [], kind


def test_a_letter_whose_pdf_cannot_be_made_leaves_without_it_and_the_log_says_so(
    post: Post, caplog: pytest.LogCaptureFixture
):
    invoice = post.issue(post.draft(post.line(description="漢")))
    post.ask_for(invoice)

    message = arrives(post, "payment_request")

    assert enclosed(message) == []
    assert "leaves without its PDF" in caplog.text
    row = post.does(lambda work: letters.letters(work, about=invoice)).rows[0]
    assert (row.status, row.note) == ("sent", WITHOUT_PDF)
