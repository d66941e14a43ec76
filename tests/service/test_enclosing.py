"""The PDF that goes with a letter, over a real mail server."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from billing_app.reads.papers import paper
from billing_app.services import organizing, sending_statements
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


def test_a_letter_whose_pdf_cannot_be_made_leaves_without_it(
    post: Post, caplog: pytest.LogCaptureFixture
):
    invoice = post.issue(post.draft(post.line(description="漢")))
    post.ask_for(invoice)

    message = arrives(post, "payment_request")

    assert enclosed(message) == []
    assert "leaves without its PDF" in caplog.text
