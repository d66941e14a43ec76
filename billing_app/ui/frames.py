"""The frame of each audience: its way through the house, and the way out."""

from __future__ import annotations

import reflex as rx

from billing_app.access.permissions import Permission
from billing_app.kernel.audience import Audience
from billing_app.ui.components.buttons import quiet_button
from billing_app.ui.components.native import native_form
from billing_app.ui.components.status import notice
from billing_app.ui.components.text import when
from billing_app.ui.layout import NavigationItem, frame
from billing_app.ui.said import said
from billing_app.ui.state import FrameState, may
from billing_app.ui.words import say

HOMES = {
    Audience.ADMIN: "/admin",
    Audience.PARTNER: "/partner",
    Audience.CUSTOMER: "/customer",
}

SETTINGS = tuple(
    f"/admin/settings/{page}"
    for page in (
        *("organization", "numbering", "taxes", "accounting", "methods", "charging"),
        *("reminders", "mail", "access"),
    )
)

_NAVIGATION = {
    Audience.ADMIN: (
        NavigationItem(label="Home", href="/admin", icon="home"),
        NavigationItem(
            label="Invoices",
            href="/admin/invoices",
            icon="document",
            under="Billing",
            also=("/admin/drafts/[invoice]", "/admin/new-invoice", "/admin/take-payment"),
        ),
        NavigationItem(
            label="Credit Requests",
            href="/admin/requests",
            icon="plus",
            under="Billing",
            also=("/admin/new-request",),
        ),
        NavigationItem(label="Payments", href="/admin/payments", icon="card", under="Billing"),
        NavigationItem(
            label="Exceptions", href="/admin/exceptions", icon="warning", under="Billing"
        ),
        NavigationItem(
            label="Reconciliation",
            href="/admin/reconciliation",
            icon="check-circle",
            under="Billing",
            shown=may(Permission.TAKE_PAYMENTS),
        ),
        NavigationItem(label="Customers", href="/admin/customers", icon="people"),
        NavigationItem(label="Partners", href="/admin/partners", icon="partner"),
        NavigationItem(label="Activity", href="/admin/activity", icon="clock"),
        NavigationItem(
            label="Letters",
            href="/admin/letters",
            icon="letter",
            shown=may(Permission.SEE_LETTERS),
        ),
        NavigationItem(
            label="Users",
            href="/admin/users",
            icon="key",
            shown=may(Permission.MANAGE_USERS),
        ),
        NavigationItem(
            label="Settings",
            href="/admin/settings",
            icon="settings",
            shown=may(Permission.MANAGE_WORKSPACE),
            also=SETTINGS,
        ),
        NavigationItem(label="Profile", href="/admin/profile", icon="person"),
    ),
    Audience.PARTNER: (
        NavigationItem(label=say("Overview"), href="/partner", icon="home"),
        NavigationItem(label=say("Profile"), href="/partner/profile", icon="person"),
    ),
    Audience.CUSTOMER: (
        NavigationItem(label=say("Home"), href="/customer", icon="home"),
        NavigationItem(label=say("Invoices"), href="/customer/invoices", icon="document"),
        NavigationItem(label=say("Credit Requests"), href="/customer/requests", icon="plus"),
        NavigationItem(label=say("Payments"), href="/customer/payments", icon="check-circle"),
        NavigationItem(label=say("Payment methods"), href="/customer/methods", icon="card"),
        NavigationItem(label=say("Profile"), href="/customer/profile", icon="person"),
    ),
}


def screen_frame(audience: Audience, current: str, *children: rx.Component) -> rx.Component:
    """A signed-in screen: its frame, the last refusal if there was one, and its content."""
    return frame(
        _refusal(),
        said(),
        *children,
        navigation=_NAVIGATION[audience],
        person=FrameState.person,
        workspace=FrameState.workspace,
        audience=audience.value,
        current=current,
        sign_out=_sign_out(),
    )


def _refusal() -> rx.Component:
    return rx.el.div(
        notice(FrameState.refusal, tone="danger"),
        when(FrameState.refusal, quiet_button(say("Dismiss"), on_click=FrameState.dismiss)),
        class_name="refusal",
    )


def _sign_out() -> rx.Component:
    return native_form(
        quiet_button(say("Sign out"), icon="sign-out", type="submit"), action="/auth/sign-out"
    )
