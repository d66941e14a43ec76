"""What a letter consists of, before it is text or HTML."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Paragraph:
    """A few sentences."""

    text: str


@dataclass(frozen=True)
class Button:
    """The one thing to press, and the address behind it."""

    label: str
    link: str


@dataclass(frozen=True)
class Figures:
    """Amounts and days below each other, each with what it is called."""

    rows: tuple[tuple[str, str], ...]


Block = Paragraph | Button | Figures


@dataclass(frozen=True)
class Attachment:
    """A file that a letter carries."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Content:
    """A subject, and what stands below each other.

    ``labelled`` is how the language writes a label before what it names.
    """

    subject: str
    blocks: tuple[Block, ...]
    labelled: str = "%(label)s:"
