"""The frame around every screen: one for people who are signed in, one for everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import reflex as rx

from billing_app.ui.components.connection import connection_banner
from billing_app.ui.components.icons import icon, mark
from billing_app.ui.components.native import native_link
from billing_app.ui.components.status import hydration_marker
from billing_app.ui.components.text import Text, when
from billing_app.ui.components.theme import theme_choice
from billing_app.ui.words import phrase, say, speaks

Audience = Literal["admin", "partner", "customer"]

_AUDIENCE_WORDS: dict[Audience, str] = {
    "admin": say("Workspace"),
    "partner": say("Partner portal"),
    "customer": say("Customer portal"),
}


@dataclass(frozen=True, kw_only=True)
class NavigationItem:
    """One way through the house. `icon` is a name from components/icons.py.

    `shown` keeps away from people what would only refuse them. Items that follow each other
    ``under`` the same word stand together, and `also` are pages that belong to the item.
    """

    label: Text
    href: str
    icon: str
    shown: rx.Var[bool] | bool = True
    under: str = ""
    also: tuple[str, ...] = ()


def frame(
    *children: rx.Component,
    navigation: Sequence[NavigationItem],
    person: Text,
    workspace: Text,
    audience: Audience,
    current: str,
    sign_out: rx.Component,
) -> rx.Component:
    """A screen for somebody who is signed in. `current` is the href of the page shown."""
    return rx.el.div(
        speaks(),
        _skip_link(),
        rx.el.header(
            rx.el.div(_brand(), _menu_button(), class_name="chrome__bar"),
            rx.el.div(
                _whose(audience, workspace),
                _navigation(navigation, current),
                _account(person, sign_out),
                id="menu",
                class_name="chrome__menu",
                custom_attrs={"popover": "auto"},
            ),
            class_name="chrome",
        ),
        _main(*children),
        _footer(),
        connection_banner(),
        hydration_marker(),
        class_name="frame",
        custom_attrs={"data-audience": audience},
    )


def signed_out_frame(
    *children: rx.Component, width: Literal["narrow", "wide"] = "narrow"
) -> rx.Component:
    """A page for somebody we do not know: sign-in, a wrong address, something that failed."""
    return rx.el.div(
        speaks(),
        _skip_link(),
        rx.el.header(_brand(), theme_choice(), class_name="plain__header"),
        _main(*children),
        _footer(),
        connection_banner(),
        hydration_marker(),
        class_name=f"plain plain--{width}",
    )


def _skip_link() -> rx.Component:
    return native_link(say("Skip to content"), href="#main", class_name="skip-link")


def _brand() -> rx.Component:
    return rx.el.a(mark(), rx.el.span("Quittance"), href="/", class_name="brand")


def _menu_button() -> rx.Component:
    """Opens the menu on a phone. The browser does it, so it works before the page is live."""
    return rx.el.button(
        icon("menu"),
        say("Menu"),
        type="button",
        class_name="button button--quiet chrome__toggle",
        custom_attrs={"popoverTarget": "menu"},
    )


def _whose(audience: Audience, workspace: Text) -> rx.Component:
    return rx.el.p(
        rx.el.span(workspace, class_name="whose__name"),
        rx.el.span(_AUDIENCE_WORDS[audience], class_name="whose__audience"),
        class_name="whose",
    )


def _navigation(items: Sequence[NavigationItem], current: str) -> rx.Component:
    entries: list[rx.Component] = []
    for under, together in groupby(items, key=lambda item: item.under):
        shown = [_navigation_item(item, current) for item in together]
        if under:
            heading = rx.el.span(under, class_name="navigation__under")
            shown = [rx.el.li(heading, rx.el.ul(*shown), class_name="navigation__group")]
        entries += shown
    return rx.el.nav(rx.el.ul(*entries), aria_label=say("Main"), class_name="navigation")


def _navigation_item(item: NavigationItem, current: str) -> rx.Component:
    link = rx.el.li(
        rx.el.a(
            icon(item.icon),
            rx.el.span(item.label),
            href=item.href,
            class_name="navigation__link",
            **_here(item, current),
        )
    )
    return link if item.shown is True else rx.cond(item.shown, link, rx.fragment())


def _here(item: NavigationItem, current: str) -> dict[str, str]:
    """The mark of the page shown, or of the list that it was opened from."""
    if item.href == current:
        return {"aria_current": "page"}
    belongs = current.startswith(f"{item.href}/[") or current in item.also
    return {"aria_current": "true"} if belongs else {}


def _account(person: Text, sign_out: rx.Component) -> rx.Component:
    return rx.el.div(
        when(
            person,
            rx.el.p(
                phrase("Signed in as %(person)s", person=rx.el.strong(person)),
                class_name="account__person",
            ),
        ),
        rx.el.div(sign_out, theme_choice(), class_name="account__tools"),
        class_name="account",
    )


def _main(*children: rx.Component) -> rx.Component:
    return rx.el.main(*children, id="main", tab_index=-1, class_name="content")


def _footer() -> rx.Component:
    return rx.el.footer(rx.el.p(say("Quittance. Where accounts are settled.")), class_name="footer")
