"""Saved ways of paying, as they are listed and as they are chosen to be charged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from billing_app.kernel.tongue import marked, tell
from billing_app.reads.saved_methods import SavedMethodView
from billing_app.ui.components.status import status_chip
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
    expired: bool


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
            until=f"{each.expires_on:%m/%Y}" if each.expires_on else "–",
            usual=each.is_usual,
            expired=each.has_expired,
        )
        for each in methods
    ]


def saved_name(row: Any) -> rx.Component:
    """What a line is called, and whether it is the usual one or has expired."""
    return rx.el.span(
        row.words,
        rx.cond(row.usual, status_chip("active", say("Usual")), rx.fragment()),
        rx.cond(row.expired, status_chip("overdue", say("Expired")), rx.fragment()),
        class_name="table__name",
    )


def method_choices(methods: Iterable[SavedMethodView]) -> list[MethodChoice]:
    """All of them, the usual one first."""
    return [MethodChoice(method.id, method.words, _remark(method)) for method in methods]


def method_options(methods: Any) -> rx.Component:
    """The same as the options of a select."""
    return rx.foreach(methods, lambda each: rx.el.option(each.words, value=each.id))


def _remark(method: SavedMethodView) -> str:
    if method.has_expired and method.kind == "direct_debit":
        return "Its bank lets it be debited no more."
    if method.has_expired:
        return "It has expired, so the bank will probably refuse it."
    if method.kind == "direct_debit":
        return "Takes some days to clear, and the bank can still refuse it."
    return "Charged now."
