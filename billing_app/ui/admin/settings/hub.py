"""Settings: what can be set, each on a page of its own."""

from __future__ import annotations

from typing import NamedTuple

import reflex as rx

from billing_app.access.permissions import Permission
from billing_app.ui.admin.permitted import only_with
from billing_app.ui.admin.settings.shared import HUB
from billing_app.ui.components.content import page_header, section
from billing_app.ui.components.icons import icon
from billing_app.ui.state import may


class _Way(NamedTuple):
    title: str
    href: str
    words: str
    icon: str
    permission: Permission


_GROUPS: tuple[tuple[str, tuple[_Way, ...]], ...] = (
    (
        "The business",
        (
            _Way(
                "Organization",
                f"{HUB}/organization",
                "Name, ABN, address, logo, bank details, language, paper and time zone; until"
                " when the books are closed.",
                "document",
                Permission.KEEP_BOOKS,
            ),
            _Way(
                "Numbering",
                f"{HUB}/numbering",
                "How Invoices, Credit Notes, Credit Requests and Receipts are numbered.",
                "document",
                Permission.KEEP_BOOKS,
            ),
            _Way(
                "Taxes",
                f"{HUB}/taxes",
                "The taxes that a line can name: add one, retire one.",
                "half",
                Permission.KEEP_BOOKS,
            ),
        ),
    ),
    (
        "Money",
        (
            _Way(
                "General Accounting Settings",
                f"{HUB}/accounting",
                "'Automatically mark Invoices paid' and its sibling for Credit Requests, rounding,"
                " prices with tax, small balances.",
                "settings",
                Permission.KEEP_BOOKS,
            ),
            _Way(
                "Payment methods",
                f"{HUB}/methods",
                "How customers are offered to pay by themselves, and how admins take money.",
                "card",
                Permission.KEEP_BOOKS,
            ),
            _Way(
                "Automatic charges",
                f"{HUB}/charging",
                "Whether saved methods are charged by themselves, after how many days, and how"
                " often again.",
                "turning",
                Permission.KEEP_BOOKS,
            ),
        ),
    ),
    (
        "Letters and people",
        (
            _Way(
                "Reminders",
                f"{HUB}/reminders",
                "On which days before and after the due date customers are reminded.",
                "clock",
                Permission.KEEP_BOOKS,
            ),
            _Way(
                "Mail",
                f"{HUB}/mail",
                "Who letters come from, and which server they leave by.",
                "letter",
                Permission.SEE_LETTERS,
            ),
            _Way(
                "Client Login",
                f"{HUB}/access",
                "Whether your customers' contacts can sign in.",
                "people",
                Permission.MANAGE_WORKSPACE,
            ),
            _Way(
                "Users and roles",
                "/admin/users",
                "Who works here, and what each of them may do.",
                "key",
                Permission.MANAGE_USERS,
            ),
        ),
    ),
)


def hub_page() -> rx.Component:
    """The screen at /admin/settings."""
    return only_with(
        Permission.MANAGE_WORKSPACE,
        "Settings",
        rx.fragment(
            page_header("Settings", lead="How this workspace behaves, for everybody in it."),
            *(
                section(title, rx.el.ul(*(_shown(way) for way in ways), class_name="ways"))
                for title, ways in _GROUPS
            ),
        ),
    )


def _shown(way: _Way) -> rx.Component:
    return rx.cond(
        may(way.permission),
        rx.el.li(
            rx.el.a(
                icon(way.icon),
                rx.el.span(
                    rx.el.span(way.title, class_name="ways__title"),
                    rx.el.span(way.words, class_name="ways__words"),
                    class_name="ways__text",
                ),
                href=way.href,
                class_name="ways__way",
            )
        ),
        rx.fragment(),
    )
