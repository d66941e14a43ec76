"""What a screen is: its address, whose it is, what it shows and what it loads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx
from reflex_base.event import EventType

from billing_app.kernel.audience import Audience
from billing_app.ui.components.text import has_words


@dataclass(frozen=True)
class Screen:
    """One page. Without an audience it is for everyone.

    A part of the route in brackets, as in ``/enter/[token]``, stands for any one word.
    A page ``in_demo`` is not there in a real installation. A title may be known only once
    the page is loaded.
    """

    route: str
    title: str | rx.Var[str]
    content: Callable[[], rx.Component]
    audience: Audience | None = None
    load: tuple[EventType[()], ...] = ()
    in_demo: bool = False


def title_of(known: Any, until_then: str) -> rx.Var[str]:
    """What the browser calls the page: its own name, as soon as it is known."""
    return rx.cond(has_words(known), known, until_then).to(str)
