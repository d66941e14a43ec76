"""Screens that not every admin may see."""

from __future__ import annotations

import reflex as rx

from billing_app.access.permissions import Permission
from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import page_header
from billing_app.ui.components.status import empty_state
from billing_app.ui.components.tables import skeleton
from billing_app.ui.state import FrameState, may


def only_with(permission: Permission, title: str, content: rx.Component) -> rx.Component:
    """The content for those who may; for others, why it is not there and whom to ask.

    It only spares people an empty screen: the gate and the read decide.
    """
    kept_back = rx.fragment(
        page_header(title),
        empty_state(
            "Your role does not allow this",
            "Nothing was changed. An owner of the workspace can do this, or change your role.",
            link_button("Go to your home page", href="/admin"),
            icon_name="key",
        ),
    )
    waiting = rx.fragment(page_header(title), skeleton(5))
    return rx.cond(may(permission), content, rx.cond(FrameState.person, kept_back, waiting))
