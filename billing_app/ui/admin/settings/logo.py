"""The logo on documents: shown, chosen, taken off."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.services.organizing import LARGEST_LOGO
from billing_app.ui.components.buttons import quiet_button, secondary_button
from billing_app.ui.components.content import card, cluster
from billing_app.ui.components.native import hidden_field, native_form
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import when

_ADDRESS = "/settings/logo"


def logo(state: Any) -> rx.Component:
    """The picture as it is kept, and the plain forms that change it."""
    shown = rx.el.img(
        src=f"{_ADDRESS}?v=" + state.logo_version,
        alt="The logo on your documents",
        class_name="logo__picture",
    )
    take_off = native_form(
        hidden_field("remove", "yes"),
        quiet_button("Take the logo off", type="submit"),
        action=_ADDRESS,
    )
    return card(
        rx.cond(
            state.loaded,
            rx.fragment(
                rx.cond(state.has_logo, shown, rx.el.p("There is no logo on your documents.")),
                cluster(
                    _choose(),
                    rx.cond(state.has_logo, take_off, rx.fragment()),
                ),
                when(state.logo_changed, rx.el.p(state.logo_changed, class_name="plain__aside")),
            ),
            skeleton(3),
        )
    )


def _choose() -> rx.Component:
    return native_form(
        rx.el.div(
            rx.el.label("Picture", html_for="logo", class_name="field__label"),
            rx.el.p(
                f"PNG or JPEG, at most {LARGEST_LOGO // 1024} kB. Documents that were issued keep"
                " the print that was made of them.",
                id="logo-hint",
                class_name="field__hint",
            ),
            rx.el.input(
                type="file",
                id="logo",
                name="logo",
                accept="image/png,image/jpeg",
                required=True,
                aria_describedby="logo-hint",
                class_name="field__control",
            ),
            class_name="field",
        ),
        cluster(secondary_button("Use this picture", type="submit")),
        action=_ADDRESS,
        enc_type="multipart/form-data",
        class_name="stack stack--4 logo__form",
    )
