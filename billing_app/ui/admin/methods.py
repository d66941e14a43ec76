"""Saved ways of paying, as they are listed and as they are chosen to be charged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from billing_app.gateways.payments import Way
from billing_app.kernel.tongue import marked, tell
from billing_app.reads.saved_methods import SavedMethodView
from billing_app.ui.components.status import status_chip
from billing_app.ui.components.text import has_words
from billing_app.ui.words import say

_KINDS = {"card": marked("Card"), "direct_debit": marked("Direct Debit")}


@dataclass(frozen=True)
class SavedLine:
    """One of them, as a line of a list."""

    id: str
    words: str
    kind: str
    until: str
    usual: bool
    spent: str
    """Why it is not good any more, in words; empty while it is."""


@dataclass(frozen=True)
class MethodChoice:
    """One of them, and what is to be known before it is charged."""

    id: str
    words: str
    remark: str


def saved_lines(methods: Iterable[SavedMethodView]) -> list[SavedLine]:
    """All of them as lines of a list, the usual one first."""
    return [
        SavedLine(
            id=each.id,
            words=each.words,
            kind=tell(_KINDS.get(each.kind, each.kind)),
            until=_until(each),
            usual=each.is_usual,
            spent=_spent(each),
        )
        for each in methods
    ]


def saved_name(row: Any) -> rx.Component:
    """What a line is called, and whether it is the usual one, or good no more."""
    return rx.el.span(
        row.words,
        rx.cond(row.usual, status_chip("active", say("Usual")), rx.fragment()),
        rx.cond(has_words(row.spent), status_chip("overdue", row.spent), rx.fragment()),
        class_name="table__name",
    )


def method_choices(methods: Iterable[SavedMethodView]) -> list[MethodChoice]:
    """All of them, the usual one first."""
    return [MethodChoice(method.id, method.words, _remark(method)) for method in methods]


def method_options(methods: Any) -> rx.Component:
    """The same as the options of a select."""
    return rx.foreach(methods, lambda each: rx.el.option(each.words, value=each.id))


def _until(method: SavedMethodView) -> str:
    """The month that stands on a card. An account has none, only a day on which it was ended."""
    dated = method.expires_on if method.kind != Way.DIRECT_DEBIT else None
    return f"{dated:%m/%Y}" if dated else "–"


def _spent(method: SavedMethodView) -> str:
    if not method.has_expired:
        return ""
    return tell("Ended by its bank") if method.kind == Way.DIRECT_DEBIT else tell("Expired")


def _remark(method: SavedMethodView) -> str:
    if method.has_expired and method.kind == Way.DIRECT_DEBIT:
        return "Its bank lets it be debited no more."
    if method.has_expired:
        return "It has expired, so the bank will probably refuse it."
    if method.kind == Way.DIRECT_DEBIT:
        return "Takes some days to clear, and the bank can still refuse it."
    return "Charged now."
