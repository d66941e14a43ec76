"""Forms and links that the browser handles itself.

Reflex stops every form of its own from being sent, and its links never leave the page.
Signing in, signing out and downloads are plain HTTP, so they need the plain elements.
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.el.elements.base import BaseHTML

from billing_app.ui.components.text import Text


class NativeForm(BaseHTML):
    """A form that is posted to a route, with a full page load."""

    tag = "form"
    action: rx.Var[str]
    method: rx.Var[str]
    no_validate: rx.Var[bool]
    auto_complete: rx.Var[str]
    enc_type: rx.Var[str]


class NativeLink(BaseHTML):
    """A link that the browser follows itself: a file, a route, or a place on this page."""

    tag = "a"
    href: rx.Var[str]
    download: rx.Var[str]
    target: rx.Var[str]
    rel: rx.Var[str]


def native_form(*children: rx.Component, action: Text, **props: Any) -> rx.Component:
    """A form posted to `action` without any script, so it works before the page is live."""
    return NativeForm.create(*children, action=action, method="post", **props)


def native_link(*children: rx.Component | Text, href: Text, **props: Any) -> rx.Component:
    """A link that leaves the single-page world: downloads, routes and fragments."""
    return NativeLink.create(*children, href=href, **props)


def hidden_field(name: str, value: Text) -> rx.Component:
    """A value that travels with a form and that nobody has to type."""
    return rx.el.input(type="hidden", name=name, default_value=value)
