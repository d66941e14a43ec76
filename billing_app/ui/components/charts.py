"""Charts: drawn for the eye alone, each with a sentence and the same figures as a table.

The server reckons where every bar is; a chart needs no script and no colours of its own
beside the names in tokens.css.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from billing_app.ui.components.text import Text

_STEP, _INSET = 10, 1.8
_HEIGHT = 100


@dataclass(frozen=True)
class Bar:
    """What came in above the line and what went back below it, in one month."""

    month: str
    x: str
    width: str
    up_y: str
    up: str
    down_y: str
    down: str


@dataclass(frozen=True)
class Segment:
    """A part of a whole, from left to right; ``look`` numbers how it is drawn."""

    look: str
    x: str
    width: str


def bars(months: Iterable[tuple[str, int, int]]) -> list[Bar]:
    """Where the bars of some months are: each by its name, what came in and what went back."""
    kept = list(months)
    highest = max((up for _, up, _ in kept), default=0)
    lowest = max((down for _, _, down in kept), default=0)
    scale = _HEIGHT / ((highest + lowest) or 1)
    line = highest * scale
    return [
        Bar(
            month=month,
            x=_figure(place * _STEP + _INSET),
            width=_figure(_STEP - 2 * _INSET),
            up_y=_figure(line - up * scale),
            up=_figure(up * scale),
            down_y=_figure(line),
            down=_figure(down * scale),
        )
        for place, (month, up, down) in enumerate(kept)
    ]


def segments(parts: Sequence[int]) -> list[Segment]:
    """Where the parts of a whole are, in their order; what is nothing is not drawn."""
    whole, seen, found = sum(parts) or 1, 0, []
    for look, part in enumerate(parts):
        if part > 0:
            x, width = (_figure(each * _HEIGHT / whole) for each in (seen, part))
            found.append(Segment(str(look), x, width))
        seen += part
    return found


def chart(sentence: Text, drawing: rx.Component, table: rx.Component) -> rx.Component:
    """A drawing under the sentence that says what it shows, and its figures as a table."""
    return rx.el.figure(
        rx.el.figcaption(sentence, class_name="chart__sentence"), drawing, table, class_name="chart"
    )


def as_table(table: rx.Component) -> rx.Component:
    """The same figures as a table, folded away until they are wanted."""
    return rx.el.details(
        rx.el.summary("As a table", class_name="button button--quiet"), table, class_name="menu"
    )


def month_bars(drawn: Any, highest: Text) -> rx.Component:
    """Bars over months, the amount of the highest one above them and the months below."""
    return rx.el.div(
        rx.el.p(highest, class_name="bars__highest"),
        rx.el.svg(
            rx.foreach(drawn, _bar),
            view_box=f"0 0 {12 * _STEP} {_HEIGHT}",
            class_name="bars__drawing",
            custom_attrs={"preserveAspectRatio": "none", "focusable": "false"},
        ),
        rx.el.div(rx.foreach(drawn, lambda bar: rx.el.span(bar.month)), class_name="bars__months"),
        aria_hidden="true",
        class_name="bars",
    )


def stacked_bar(drawn: Any) -> rx.Component:
    """One bar that is divided as a whole is."""
    return rx.el.svg(
        rx.foreach(
            drawn,
            lambda part: rx.el.rect(
                x=part.x, y="0", width=part.width, height="10", class_name=f"look look--{part.look}"
            ),
        ),
        view_box=f"0 0 {_HEIGHT} 10",
        aria_hidden="true",
        class_name="stacked",
        custom_attrs={"preserveAspectRatio": "none", "focusable": "false"},
    )


def swatch(look: Text) -> rx.Component:
    """What a part looks like in the bar, beside its name in the table."""
    return rx.el.span(aria_hidden="true", class_name=f"swatch look--{look}")


def _bar(bar: Any) -> rx.Component:
    return rx.fragment(
        rx.el.rect(x=bar.x, y=bar.up_y, width=bar.width, height=bar.up, class_name="bars__up"),
        rx.el.rect(
            x=bar.x, y=bar.down_y, width=bar.width, height=bar.down, class_name="bars__down"
        ),
    )


def _figure(figure: float) -> str:
    return f"{figure:.2f}"
