"""The page behind a pay link: who asks, for what, how much, and how to pay it.

Opening it changes nothing. Its form is posted by the browser itself and leads to the payment
provider's own page; no card number is ever typed here.
"""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import card, section
from billing_app.ui.components.status import callout, notice, status_chip
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import Text, has_words, when
from billing_app.ui.layout import signed_out_frame
from billing_app.ui.pay.address import address_cleared
from billing_app.ui.pay.form import account_again, by_transfer, kept_words, pay_form
from billing_app.ui.pay.state import PayState
from billing_app.ui.said import said
from billing_app.ui.signed_out import link_expired


def pay_page() -> rx.Component:
    """The page at /pay/[token]."""
    state = PayState
    page = signed_out_frame(
        rx.el.div(
            rx.cond(
                state.known & ~has_words(state.busy),
                _document(),
                rx.fragment(
                    rx.el.h1("Payment", class_name="plain__title"),
                    notice(state.busy, tone="danger"),
                    rx.cond(state.known, rx.fragment(), skeleton(6)),
                ),
            ),
            address_cleared(),
            class_name="pay",
        ),
        width="wide",
    )
    is_over = state.known & ~state.live & ~has_words(state.busy)
    return rx.cond(is_over, link_expired(_home()), page)


def _home() -> rx.Component:
    return link_button("Go to sign in", href="/sign-in", native=True)


def _document() -> rx.Component:
    return rx.fragment(_for_its_standing(), rx.el.div(_details(), class_name="pay__beside"))


def _for_its_standing() -> rx.Component:
    state = PayState
    return rx.el.div(
        rx.match(
            state.standing,
            ("payable", _payable()),
            (
                "processing",
                _closed(
                    "processing",
                    "Your payment is on its way",
                    "A payment that covers all of it has begun and has not cleared yet. That can"
                    " take some days. There is nothing more to do; please do not pay again.",
                ),
            ),
            (
                "being paid",
                _closed(
                    "processing",
                    "Being paid right now",
                    "A payment was begun, and we have not heard yet how it ended. We are asking"
                    " the payment provider. Please do not pay again; look here in a few minutes.",
                ),
            ),
            (
                "void",
                _closed(
                    "archived",
                    "This was withdrawn",
                    "It asks for nothing any more, so there is nothing to pay. If you expected"
                    " something else, ask the business it is from.",
                    word="Void",
                ),
            ),
            _closed(
                "paid",
                "Nothing is left to pay",
                "All of it is settled. Nothing more will be charged.",
            ),
        ),
        class_name="pay__parts",
    )


def _heading(title: Text) -> rx.Component:
    return rx.fragment(
        rx.el.p(rx.el.strong(PayState.asked_by), class_name="pay__who"),
        rx.el.h1(title, class_name="plain__title"),
        rx.el.p(PayState.what, " for ", PayState.customer, class_name="plain__lead"),
    )


def _closed(status: str, title: str, text: str, *, word: str = "") -> rx.Component:
    return rx.fragment(
        _heading(title),
        rx.el.p(status_chip(status, word)),
        said(),
        rx.el.p(text),
        _kept(),
    )


def _kept() -> rx.Component:
    return when(PayState.kept, callout(PayState.kept, kept_words(PayState.customer), tone="info"))


def _payable() -> rx.Component:
    state = PayState
    return rx.fragment(
        rx.el.p(rx.el.strong(state.asked_by), " asks you for", class_name="pay__who"),
        rx.el.h1(state.most, class_name="plain__title pay__amount"),
        rx.el.p(
            state.what,
            " for ",
            state.customer,
            when(state.due, rx.fragment(". ", state.due)),
            ".",
            class_name="plain__lead",
        ),
        when(
            state.settled,
            rx.el.p(
                status_chip("Partially paid"),
                rx.el.span(state.settled, " of ", state.total, " is paid or credited."),
                class_name="pay__so-far",
            ),
        ),
        said(),
        _kept(),
        when(state.went_back, callout(state.went_back, tone="warning")),
        rx.cond(
            state.has_account,
            callout(
                "What you sent by bank transfer so far has arrived. For the rest, the account that"
                " you were shown still works.",
                tone="info",
            ),
            rx.fragment(),
        ),
        when(
            state.on_its_way,
            callout(
                state.on_its_way,
                " of it is on its way and has not cleared yet, so it is not asked for again.",
                tone="info",
            ),
        ),
        when(
            state.awaited,
            callout(
                "You chose a bank transfer of ",
                state.awaited,
                ", and it has not arrived yet. If you have not sent it, you can pay another way"
                " here; then please do not send it any more.",
                account_again(),
                tone="info",
            ),
        ),
        rx.cond(
            state.page_is_open,
            callout(
                "A payment page is open and not finished. If you pay here, that page closes, so"
                " nothing is paid twice.",
                tone="warning",
            ),
            rx.fragment(),
        ),
        rx.cond(state.ways.length() > 0, pay_form(), rx.fragment()),  # type: ignore[attr-defined]
        by_transfer(),
    )


def _details() -> rx.Component:
    state = PayState
    lines: Any = state.lines
    token: Any = rx.State.token  # type: ignore[attr-defined]
    return section(
        "What it is for",
        card(
            rx.el.dl(
                rx.foreach(lines, lambda line: _fact(line.what, line.amount)),
                when(
                    state.tax,
                    rx.fragment(_fact("Net", state.net), _fact("Tax", state.tax)),
                ),
                _fact("Total", rx.el.strong(state.total)),
                when(state.settled, _fact("Paid or credited", state.settled)),
                when(state.still_to_pay, _fact("Still to pay", rx.el.strong(state.still_to_pay))),
                class_name="facts pay__sums",
            ),
            rx.el.p(
                link_button("Download PDF", href="/pay/" + token + "/document.pdf", native=True),
                class_name="pay__download",
            ),
        ),
    )


def _fact(name: Text, value: rx.Component | Text) -> rx.Component:
    return rx.el.div(rx.el.dt(name), rx.el.dd(value), class_name="facts__fact")
