"""What is going on: chips on things, callouts on pages, and places where nothing is yet."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

import reflex as rx

from billing_app.kernel.tongue import marked
from billing_app.ui.components.icons import icon
from billing_app.ui.components.text import Text, when
from billing_app.ui.words import say

Tone = Literal["info", "success", "warning", "danger"]

_TONE_ICONS: Final[dict[str, str]] = {
    "info": "info",
    "success": "check-circle",
    "warning": "warning",
    "danger": "cross-circle",
}


class Status(NamedTuple):
    """How one status looks: never by colour alone."""

    word: str
    icon: str
    tone: str


STATUSES: Final[dict[str, Status]] = {
    "draft": Status(marked("Draft"), "pencil", "grey"),
    "due": Status(marked("Due"), "clock", "blue"),
    "part-paid": Status(marked("Part-paid"), "half", "indigo"),
    "paid": Status(marked("Paid"), "check-circle", "green"),
    "overdue": Status(marked("Overdue"), "warning", "amber"),
    "failed": Status(marked("Failed"), "cross-circle", "red"),
    "processing": Status(marked("Processing"), "turning", "striped"),
    "archived": Status(marked("Archived"), "archive", "grey"),
    "active": Status(marked("Active"), "check-circle", "green"),
    "invited": Status(marked("Invited"), "clock", "blue"),
    "waiting": Status(marked("Waiting"), "clock", "blue"),
    "sent": Status(marked("Sent"), "check-circle", "green"),
    "dead": Status(marked("Given up"), "warning", "amber"),
    "needless": Status(marked("Not needed"), "archive", "grey"),
    # Of documents and payments, by the words that the reads have for them.
    "Draft": Status(marked("Draft"), "pencil", "grey"),
    "Unpaid": Status(marked("Unpaid"), "clock", "blue"),
    "Partially paid": Status(marked("Partially paid"), "half", "indigo"),
    "Paid": Status(marked("Paid"), "check-circle", "green"),
    "Credited": Status(marked("Credited"), "check-circle", "grey"),
    "Written off": Status(marked("Written off"), "archive", "grey"),
    "Closed": Status(marked("Closed"), "archive", "grey"),
    "Void": Status(marked("Void"), "archive", "grey"),
    "Pending": Status(marked("Pending"), "clock", "blue"),
    "Overdue": Status(marked("Overdue"), "warning", "amber"),
    "Partially refunded": Status(marked("Partially refunded"), "half", "grey"),
    "Refunded": Status(marked("Refunded"), "turning", "grey"),
    "Taken back": Status(marked("Taken back"), "cross-circle", "grey"),
    "Disputed": Status(marked("Disputed"), "warning", "red"),
    "Unplaced": Status(marked("Unplaced"), "warning", "amber"),
    "Bad debt": Status(marked("Bad debt"), "warning", "red"),
}


def status_chip(status: Text, word: Text = "") -> rx.Component:
    """A status as icon, word and colour. `word` replaces the usual word for it."""
    if isinstance(status, str):
        return _chip(STATUSES[status], word)
    chips = ((name, _chip(look, word)) for name, look in STATUSES.items())
    return rx.match(status, *chips, _chip(Status("", "info", "grey"), rx.cond(word, word, status)))


def document_chips(status: Text, flags: rx.Var[list[str]]) -> rx.Component:
    """Where a document or payment stands, and what else is to be known of it."""
    return rx.el.span(
        status_chip(status),
        rx.foreach(flags, lambda flag: status_chip(flag, "")),
        class_name="chips",
    )


def _chip(look: Status, word: Text) -> rx.Component:
    words: Text = say(look.word) if isinstance(word, str) and not word else word
    return rx.el.span(icon(look.icon), words, class_name=f"chip chip--{look.tone}")


def callout(*children: rx.Component | Text, tone: Tone = "info", title: Text = "") -> rx.Component:
    """A remark that belongs to the page and is there from the start."""
    return _callout(*children, tone=tone, title=title)


def notice(text: Text, *more: rx.Component, tone: Tone = "info", title: Text = "") -> rx.Component:
    """What just happened, read out when it changes; nothing while `text` is empty.

    What comes with it, such as a link, stands behind the words.
    Failures interrupt (`role=alert`); everything else waits its turn (`role=status`).
    """
    return rx.el.div(
        when(text, _callout(text, *more, tone=tone, title=title)),
        role="alert" if tone == "danger" else "status",
        class_name="notice",
    )


def _callout(*children: rx.Component | Text, tone: Tone, title: Text) -> rx.Component:
    heading = [rx.el.p(title, class_name="callout__title")] if title else []
    return rx.el.div(
        icon(_TONE_ICONS[tone]),
        rx.el.div(*heading, rx.el.div(*children), class_name="callout__words"),
        class_name=f"callout callout--{tone}",
    )


def empty_state(
    title: Text, text: Text, action: rx.Component | None = None, *, icon_name: str = "document"
) -> rx.Component:
    """What this place is for while there is nothing in it, and the one thing to do."""
    return rx.el.div(
        rx.el.span(icon(icon_name), class_name="empty__icon"),
        rx.el.h2(title, class_name="empty__title"),
        rx.el.p(text, class_name="empty__text"),
        *([action] if action else []),
        class_name="empty",
    )


def hydration_marker() -> rx.Component:
    """Tells tests that the page is live; a press before that would be lost."""
    return rx.el.span(rx.cond(rx.State.is_hydrated, "yes", "no"), id="hydrated", hidden=True)
