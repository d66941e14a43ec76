"""The demo's mailbox: what its mail server took, as it took it.

A real installation keeps nothing readable of what it sends. A demo plays the reader's side as
well, so what was handed over there lies in the reader's mailbox and is not written anew, however
much has changed since.
"""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

SENDER = "letters@quittance.example"
"""Who a demo's letters are from while no mail server says otherwise."""


@dataclass(frozen=True)
class Kept:
    """A letter as its reader has it."""

    subject: str
    text: str
    html: str

    @property
    def link(self) -> str:
        """The first address in it, which stands on a line of its own."""
        return next((line for line in self.text.splitlines() if line.startswith("http")), "")


def keep(home: Path, letter_id: str, message: EmailMessage) -> None:
    """Put a letter into the mailbox. The same letter once more takes the place of the first."""
    path = _path(home, letter_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(message.as_bytes())
    fresh.replace(path)


def kept(home: Path, letter_id: str) -> Kept | None:
    """The letter as it was handed over; None for one that never was, or not from here."""
    path = _path(home, letter_id)
    if not path.exists():
        return None
    message = message_from_bytes(path.read_bytes(), policy=default)
    return Kept(str(message["Subject"]), _body(message, "plain"), _body(message, "html"))


def _path(home: Path, letter_id: str) -> Path:
    return home / "mailbox" / f"{letter_id}.eml"


def _body(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    return str(body.get_content()) if body is not None else ""
