"""A letter as an e-mail that no name, subject or address can add a header to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from urllib.parse import urlsplit

from billing_app.documents.letters.catalogue import words
from billing_app.documents.letters.content import Attachment, Content
from billing_app.documents.letters.kinds import compose
from billing_app.documents.letters.rendering import as_html, as_text
from billing_app.kernel.entries import read_email
from billing_app.kernel.errors import Invalid
from billing_app.reads.letters import LetterFacts

_LONGEST = 200
_SPLIT = re.compile(r"\r(?!\n)|(?<!\r)\n|\n(?![ \t])")


def render(facts: LetterFacts) -> Content:
    """The letter in its reader's language."""
    return compose(facts, words(facts.locale))


def message_of(
    facts: LetterFacts,
    *,
    sender: str,
    public_url: str,
    attachments: Sequence[Attachment] = (),
) -> EmailMessage:
    """The letter as it goes over the wire; the same letter is the same message each time.

    Its Message-ID and its boundary follow from its id, so that a server or a mail program
    that gets it twice can tell. The recipient is read like anything that was typed. Should a
    header come out as more than one all the same, the letter is Invalid and goes nowhere.
    """
    content = render(facts)
    recipient = read_email(facts.recipient)
    message = EmailMessage(policy=SMTP if recipient.isascii() else SMTPUTF8)
    message["From"] = _address(sender, facts.organization)
    message["To"] = _address(recipient, facts.name)
    message["Subject"] = one_line(content.subject)
    message["Date"] = facts.written_at
    message["Message-ID"] = f"<{facts.id}@{_domain(public_url)}>"
    message["Auto-Submitted"] = "auto-generated"
    # Encoded like this, no line is too long and no server has to understand eight bits.
    message.set_content(as_text(content), cte="quoted-printable")
    message.add_alternative(as_html(content, facts.locale), subtype="html", cte="quoted-printable")
    message["Content-Language"] = facts.locale.replace("_", "-")
    message.set_boundary(f"=_{facts.id}")
    for attachment in attachments:
        _attach(message, attachment)
    if attachments:
        message.set_boundary(f"=_{facts.id}_all")
    _refuse_split_headers(message)
    return message


def one_line(text: str) -> str:
    """Words fit for a header: one line, no control characters, nothing that turns the text.

    Python reads an encoded word in a header as what it stands for, line ends included, and
    writes that out; so none is left standing.
    """
    kept = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )
    return " ".join(kept.split()).replace("=?", "= ?")[:_LONGEST]


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    kind, _, subtype = attachment.media_type.partition("/")
    message.add_attachment(
        attachment.content, maintype=kind, subtype=subtype, filename=_file_name(attachment.name)
    )


def _file_name(name: str) -> str:
    """A name that no program takes for a path, and that stays one value of its header."""
    return re.sub(r"[/\\:*?\"<>|;%]", "-", one_line(name)).strip(". ") or "document"


def _refuse_split_headers(message: EmailMessage) -> None:
    """Look at each header as it will be written: only its own folds may break its line."""
    for name, value in message.items():
        if _SPLIT.search(message.policy.fold(name, value).removesuffix("\r\n")):
            raise Invalid("This letter cannot be written as an e-mail.")


def _address(email: str, name: str) -> Address:
    username, _, domain = email.rpartition("@")
    return Address(display_name=one_line(name), username=username, domain=domain)


def _domain(public_url: str) -> str:
    host = urlsplit(public_url).hostname or ""
    return f"[{host}]" if ":" in host else host
