"""AT59: a letter as an e-mail, and what nobody can add to it."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from billing_app.documents.letters.content import Attachment
from billing_app.documents.letters.message import message_of
from billing_app.kernel.errors import Invalid
from tests.letters import FACTS

HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
]


def written(public_url: str = "https://pay.example.com", **said: str) -> bytes:
    letter = replace(FACTS, **said)
    return message_of(letter, sender="bills@harbour.example", public_url=public_url).as_bytes()


def test_a_letter_has_these_headers_and_both_forms():
    read = message_from_bytes(written(), policy=default)
    text, html = read.iter_parts()

    assert dict(read.items()) | {"Content-Type": "", "MIME-Version": ""} == {
        "From": "Harbour Tutoring <bills@harbour.example>",
        "To": "Cleo Marsh <cleo@marsh.example>",
        "Subject": "Your sign-in link for Harbour Tutoring",
        "Date": "Sat, 21 Nov 2026 09:30:00 +0000",
        "Message-ID": "<let_00000000000000000000000000@pay.example.com>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "en",
        "MIME-Version": "",
        "Content-Type": "",
    }
    assert read.get_content_type() == "multipart/alternative"
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert FACTS.link in text.get_content()
    assert FACTS.link in html.get_content()


def test_the_same_letter_is_the_same_bytes_each_time():
    assert written() == written()


EVIL = [
    "\r\nBcc: thief@evil.example",
    "\nBcc: thief@evil.example\n\nanother body",
    "\rBcc: thief@evil.example",
    "x\r\n\r\n<h1>another body</h1>",
    "\x0bBcc: thief@evil.example",
    "\x85Bcc: thief@evil.example",
    "\u2028Bcc: thief@evil.example",
    "\u2029Bcc: thief@evil.example",
    "\x00Bcc: thief@evil.example",
    "=?utf-8?q?x=0D=0ABcc:_thief@evil.example?=",
    "=\x00?utf-8?q?x=0D=0ABcc:_thief@evil.example?=",
    "==?utf-8?b?DQpCY2M6IHRoaWVmQGV2aWwuZXhhbXBsZQ==?=",
    '"<thief@evil.example>, "',
    ", thief@evil.example,",
    "<thief@evil.example>",
    "\u202egro.live@kcatta",
    "名" * 200,
    "a" * 5_000,
    "a " * 2_500,
]


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize("field", ["name", "organization"])
def test_at59_no_name_adds_a_header_a_recipient_or_a_part(field: str, evil: str):
    content = written(**{field: f"Cleo{evil}"})
    head, _, _ = content.partition(b"\r\n\r\n")
    read = message_from_bytes(content, policy=default)

    assert read.keys() == HEADERS
    assert [address.addr_spec for address in read["To"].addresses] == ["cleo@marsh.example"]
    assert [address.addr_spec for address in read["From"].addresses] == ["bills@harbour.example"]
    assert len(list(read.iter_parts())) == 2
    assert read["Message-ID"] == "<let_00000000000000000000000000@pay.example.com>"
    assert not any(ord(character) < 32 for character in str(read["Subject"]) + str(read["To"]))
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert all(line[:1] in b" \t" or b":" in line for line in head.split(b"\r\n"))


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "cleo",
        "cleo@marsh.example\r\nBcc: thief@evil.example",
        "cleo@marsh.example, thief@evil.example",
        "cleo@marsh.example thief@evil.example",
        "<cleo@marsh.example>",
        "cleo\n@marsh.example",
        "cleo@marsh.example>RCPT TO:<thief@evil.example",
        "a\u2028b@marsh.example",
        "=?utf-8?q?a=40e.co=3e=0d=0asubject=3a=20your_bank=0d=0a=0d=0ahttp=3a//evil?=@e.example",
    ],
)
def test_at59_what_is_not_one_address_is_never_written_to(recipient: str):
    with pytest.raises(Invalid):
        written(recipient=recipient)


@pytest.mark.parametrize("sender", ["=?utf-8?q?a=0d=0abcc=3a_x?=@b.example", "a@b.example"])
def test_at59_a_header_that_would_be_two_is_not_written(sender: str):
    """The last net: this sender is one that the settings refuse."""
    letter = replace(FACTS, recipient="cleo@marsh.example")
    is_whole = sender == "a@b.example"

    with nullcontext() if is_whole else pytest.raises(Invalid):
        message_of(letter, sender=sender, public_url="https://pay.example.com")


@pytest.mark.parametrize("name", ["Cleo", "Zoë Ångström", "名" * 100, "e\u0301" * 150])
def test_every_line_is_plain_ascii_and_short_enough_for_any_server(name: str):
    content = written(name=name, organization=name, link=FACTS.link + "a" * 500)

    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 300
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_an_international_address_is_written_as_it_is():
    content = written(recipient="zoë@marsh.example")

    assert "zoë@marsh.example".encode() in content


@pytest.mark.parametrize(
    ("public_url", "domain"),
    [
        ("https://pay.example.com:8443", "pay.example.com"),
        ("http://127.0.0.1:8000", "127.0.0.1"),
        ("http://[::1]:8000", "[::1]"),
    ],
)
def test_the_message_id_is_at_home_at_our_address(public_url: str, domain: str):
    assert f"\r\nMessage-ID: <{FACTS.id}@{domain}>\r\n".encode() in written(public_url)


def test_a_letter_carries_files_and_is_the_same_message_each_time():
    paper = Attachment("Invoice INV-0042.pdf", "application/pdf", b"%PDF-1.7 \x00\xff")
    letters = [
        message_of(
            FACTS,
            sender="bills@harbour.example",
            public_url="https://pay.example.com",
            attachments=[paper],
        ).as_bytes()
        for _ in "xx"
    ]
    read = message_from_bytes(letters[0], policy=default)

    assert letters[0] == letters[1]
    assert read.get_body(("plain",)) is not None
    (file,) = read.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == (paper.name, "application/pdf")
    assert file.get_content() == paper.content


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "a\r\nBcc: x@evil.example", 'x"; y=z.pdf', "..", "", "C:\\con"],
)
def test_at59_the_name_of_a_file_is_no_path_and_no_header(name: str):
    message = message_of(
        FACTS,
        sender="bills@harbour.example",
        public_url="https://pay.example.com",
        attachments=[Attachment(name, "application/pdf", b"x")],
    )
    read = message_from_bytes(message.as_bytes(), policy=default)

    (file,) = read.iter_attachments()
    assert not set(file.get_filename()) & set('/\\"\r\n;:')
    assert "Bcc" not in read
    assert file.get_filename().strip(".")
