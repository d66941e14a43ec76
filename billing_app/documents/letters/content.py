"""What a letter consists of, before it is text or HTML."""

from __future__ import annotations

from dataclasses import dataclass


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
class Content:
    """A subject, and what stands below each other."""

    subject: str
    blocks: tuple[Paragraph | Button, ...]
