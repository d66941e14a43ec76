"""The saved ways of paying that an admin can choose to charge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from billing_app.reads.saved_methods import SavedMethodView


@dataclass(frozen=True)
class MethodChoice:
    """One of them, and what is to be known before it is charged."""

    id: str
    words: str
    remark: str


def method_choices(methods: Iterable[SavedMethodView]) -> list[MethodChoice]:
    """All of them, the usual one first."""
    return [MethodChoice(method.id, method.words, _remark(method)) for method in methods]


def method_options(methods: Any) -> rx.Component:
    """The same as the options of a select."""
    return rx.foreach(methods, lambda each: rx.el.option(each.words, value=each.id))


def _remark(method: SavedMethodView) -> str:
    if method.has_expired:
        return "It has expired, so the bank will probably refuse it."
    if method.kind == "direct_debit":
        return "Takes some days to clear, and the bank can still refuse it."
    return "Charged now."
