"""The quiet majority of a screen: its heading, its facts, its figures, its sections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from billing_app.ui.components.text import Text, when
from billing_app.ui.words import say


def page_header(
    title: Text, *, lead: Text = "", actions: Sequence[rx.Component] = ()
) -> rx.Component:
    """The page's only h1, a sentence about it, and what can be done here."""
    return rx.el.div(
        rx.el.div(
            rx.el.h1(title, class_name="page-header__title"),
            when(lead, rx.el.p(lead, class_name="page-header__lead")),
        ),
        *([rx.el.div(*actions, class_name="page-header__actions")] if actions else []),
        class_name="page-header",
    )


def trail(*steps: tuple[Text, Text]) -> rx.Component:
    """The way that led to this page, as pairs of a name and an address, if it has one."""
    return rx.el.nav(
        rx.el.ol(
            *(
                rx.el.li(rx.el.a(name, href=href) if not isinstance(href, str) or href else name)
                for name, href in steps
            )
        ),
        aria_label=say("The way here"),
        class_name="trail",
    )


def section(
    title: Text, *children: rx.Component, actions: Sequence[rx.Component] = ()
) -> rx.Component:
    """A part of a page under its own h2."""
    return rx.el.section(
        rx.el.div(
            rx.el.h2(title, class_name="section__title"),
            *([rx.el.div(*actions, class_name="section__actions")] if actions else []),
            class_name="section__head",
        ),
        *children,
        class_name="section",
    )


def card(*children: rx.Component, **props: Any) -> rx.Component:
    """A sheet of paper on the desk: things that belong together."""
    return rx.el.div(*children, class_name="card", **props)


def stack(*children: rx.Component, gap: str = "4") -> rx.Component:
    """Things below each other; `gap` is a step of the spacing scale."""
    return rx.el.div(*children, class_name=f"stack stack--{gap}")


def cluster(*children: rx.Component) -> rx.Component:
    """Things beside each other that wrap when they must, such as the buttons of a form."""
    return rx.el.div(*children, class_name="cluster")


def stat_tiles(*tiles: rx.Component) -> rx.Component:
    """The figures that answer why one came, in one row where there is room."""
    return rx.el.dl(*tiles, class_name="stats")


def stat_tile(label: Text, figure: Text | rx.Component, *, note: Text = "") -> rx.Component:
    """One figure: what it is, how much, and a remark."""
    return rx.el.div(
        rx.el.dt(label, class_name="stat__label"),
        rx.el.dd(figure, class_name="stat__figure"),
        when(note, rx.el.dd(note, class_name="stat__note")),
        class_name="stat",
    )


def definition_list(*facts: tuple[Text, rx.Component | Text] | rx.Component) -> rx.Component:
    """Facts about one thing, as pairs of a name and what it is; or a `fact` not always there."""
    return rx.el.dl(
        *(each if isinstance(each, rx.Component) else fact(*each) for each in facts),
        class_name="facts",
    )


def fact(name: Text, value: rx.Component | Text) -> rx.Component:
    """One of them."""
    return rx.el.div(rx.el.dt(name), rx.el.dd(value), class_name="facts__fact")
