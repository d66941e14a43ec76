"""Things to press. One primary button a screen; green is kept for paying."""

from __future__ import annotations

from typing import Any, Literal

import reflex as rx

from billing_app.ui.components.icons import icon as drawn
from billing_app.ui.components.native import native_link
from billing_app.ui.components.text import Text, busy_mark

Kind = Literal["primary", "secondary", "danger", "pay", "quiet"]


def button(
    *children: rx.Component | Text,
    kind: Kind = "secondary",
    icon: str = "",
    busy: rx.Var[bool] | bool = False,
    full_width: bool = False,
    type: Literal["button", "submit"] = "button",
    **props: Any,
) -> rx.Component:
    """A button of any kind. `busy` shows that the last press is being worked on."""
    return rx.el.button(
        *_content(children, icon),
        type=type,
        class_name=_classes(kind, full_width),
        **busy_mark(busy),
        **props,
    )


def primary_button(*children: rx.Component | Text, **props: Any) -> rx.Component:
    """The one thing this screen is for."""
    return button(*children, kind="primary", **props)


def secondary_button(*children: rx.Component | Text, **props: Any) -> rx.Component:
    """Anything else worth a button."""
    return button(*children, kind="secondary", **props)


def danger_button(*children: rx.Component | Text, **props: Any) -> rx.Component:
    """What cannot be undone, or takes something away from somebody."""
    return button(*children, kind="danger", **props)


def pay_button(*children: rx.Component | Text, **props: Any) -> rx.Component:
    """The green 'Pay Now' kind: money moves after this one."""
    return button(*children, kind="pay", **props)


def quiet_button(*children: rx.Component | Text, **props: Any) -> rx.Component:
    """A button that steps back, for what is rarely wanted."""
    return button(*children, kind="quiet", **props)


def link_button(
    *children: rx.Component | Text,
    href: Text,
    kind: Kind = "secondary",
    icon: str = "",
    full_width: bool = False,
    native: bool = False,
    **props: Any,
) -> rx.Component:
    """A link that looks like a button. `native` leaves the single-page world."""
    link = native_link if native else rx.el.a
    return link(
        *_content(children, icon), href=href, class_name=_classes(kind, full_width), **props
    )


def _classes(kind: Kind, full_width: bool) -> str:
    return f"button button--{kind}" + (" button--full" if full_width else "")


def _content(children: tuple[rx.Component | Text, ...], icon: str) -> list[rx.Component | Text]:
    return [*([drawn(icon)] if icon else []), *children]
