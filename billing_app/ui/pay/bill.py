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
from billing_app.ui.pay.form import (
    account_again,
    by_transfer,
    go_on_there,
    kept_words,
    pay_form,
)
from billing_app.ui.pay.state import PayState
from billing_app.ui.said import said
from billing_app.ui.signed_out import link_expired
from billing_app.ui.words import phrase, say


def pay_page() -> rx.Component:
    """The page at /pay/[token]."""
    state = PayState
    page = signed_out_frame(
        rx.el.div(
            rx.cond(
                state.known & ~has_words(state.busy),
                _document(),
                rx.fragment(
                    rx.el.h1(say("Payment"), class_name="plain__title"),
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
    return link_button(say("Go to sign in"), href="/sign-in", native=True)


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
                    say("Your payment is on its way"),
                    say(
                        "A payment that covers all of it has begun and has not cleared yet. That"
                        " can take some days. There is nothing more to do; please do not pay"
                        " again."
                    ),
                ),
            ),
            (
                "being paid",
                _closed(
                    "processing",
                    say("Being paid right now"),
                    say(
                        "A payment was begun, and we have not heard yet how it ended. We are"
                        " asking the payment provider. Please do not pay again; look here in a few"
                        " minutes."
                    ),
                ),
            ),
            (
                "void",
                _closed(
                    "archived",
                    say("This was withdrawn"),
                    say(
                        "Nothing is owed, and nothing is charged. If you expected something else,"
                        " ask the business it is from."
                    ),
                    word=say("Void"),
                ),
            ),
            _closed(
                "paid",
                say("Nothing is left to pay"),
                say(
                    "All of it is settled. Nothing more will be charged. A receipt for each payment"
                    " goes to %(customer)s by e-mail.",
                    customer=PayState.customer,
                ),
            ),
        ),
        class_name="pay__parts",
    )


def _heading(title: Text) -> rx.Component:
    return rx.fragment(
        rx.el.p(rx.el.strong(PayState.asked_by), class_name="pay__who"),
        rx.el.h1(title, class_name="plain__title"),
        rx.el.p(
            say("%(what)s for %(customer)s", what=PayState.what, customer=PayState.customer),
            class_name="plain__lead",
        ),
    )


def _closed(status: str, title: Text, text: Text, *, word: Text = "") -> rx.Component:
    return rx.fragment(
        _heading(title),
        rx.el.p(status_chip(status, word)),
        said(),
        rx.el.p(text),
        _kept(),
    )


def _kept() -> rx.Component:
    return when(PayState.kept, callout(kept_words(PayState.kept, PayState.customer), tone="info"))


def _payable() -> rx.Component:
    state = PayState
    return rx.fragment(
        rx.el.p(
            phrase("%(business)s asks you for", business=rx.el.strong(state.asked_by)),
            class_name="pay__who",
        ),
        rx.el.h1(
            state.most,
            when(
                state.due_now,
                rx.el.span(
                    " ",
                    say("of it %(amount)s is due", amount=state.due_now),
                    class_name="pay__due",
                ),
            ),
            class_name="plain__title pay__amount",
        ),
        rx.el.p(
            say("%(what)s for %(customer)s", what=state.what, customer=state.customer),
            when(state.due, rx.fragment(". ", state.due)),
            ".",
            class_name="plain__lead",
        ),
        when(
            state.settled,
            rx.el.p(
                status_chip("Partially paid"),
                rx.el.span(
                    say(
                        "%(amount)s of %(total)s is paid or credited.",
                        amount=state.settled,
                        total=state.total,
                    )
                ),
                class_name="pay__so-far",
            ),
        ),
        rx.cond(state.gave_up & has_words(state.open_page), rx.fragment(), said()),
        _kept(),
        _arrived(),
        _under_way(),
        rx.cond(state.ways.length() > 0, pay_form(), rx.fragment()),  # type: ignore[attr-defined]
        by_transfer(),
    )


def _arrived() -> rx.Component:
    """What came of earlier tries."""
    state = PayState
    return rx.fragment(
        when(state.went_back, callout(state.went_back, tone="warning")),
        rx.cond(
            state.has_account,
            callout(
                say(
                    "What you sent by bank transfer so far has arrived. For the other %(amount)s,"
                    " the account that you were shown still works. If you do not have it any more,"
                    " choose Bank Transfer: you get another one, and both are good.",
                    amount=state.most,
                ),
                tone="info",
            ),
            rx.fragment(),
        ),
    )


def _under_way() -> rx.Component:
    """What has begun and is not there yet."""
    state = PayState
    return rx.fragment(
        when(
            state.on_its_way,
            callout(
                rx.cond(
                    has_words(state.settled),
                    say(
                        "Another %(amount)s is on its way and has not cleared yet, so it is not"
                        " asked for again.",
                        amount=state.on_its_way,
                    ),
                    say(
                        "%(amount)s is on its way and has not cleared yet, so it is not asked for"
                        " again.",
                        amount=state.on_its_way,
                    ),
                ),
                tone="info",
            ),
        ),
        when(
            state.awaited,
            callout(
                say(
                    "You chose a bank transfer of %(amount)s, and it has not arrived yet. If you"
                    " have not sent it, you can pay another way here; then please do not send it"
                    " any more.",
                    amount=state.awaited,
                ),
                account_again(),
                tone="info",
            ),
        ),
        when(
            state.open_page,
            callout(
                say(
                    "A payment page over %(amount)s is open; nothing was paid on it yet. If you pay"
                    " here, that page closes, so nothing is paid twice.",
                    amount=state.open_page,
                ),
                when(state.open_way, go_on_there()),
                tone="warning",
            ),
        ),
    )


def _details() -> rx.Component:
    state = PayState
    lines: Any = state.lines
    token: Any = rx.State.token  # type: ignore[attr-defined]
    return section(
        say("What it is for"),
        card(
            rx.el.dl(
                rx.foreach(lines, lambda line: _fact(line.what, line.amount)),
                when(
                    state.tax,
                    rx.fragment(_fact(say("Net"), state.net), _fact(say("Tax"), state.tax)),
                ),
                _fact(say("Total"), rx.el.strong(state.total)),
                when(state.settled, _fact(say("Paid or credited"), state.settled)),
                when(
                    state.still_to_pay, _fact(say("Still to pay"), rx.el.strong(state.still_to_pay))
                ),
                when(state.on_its_way, _fact(say("Of that on its way"), state.on_its_way)),
                class_name="facts pay__sums",
            ),
            rx.el.p(
                link_button(
                    say("Download PDF"), href="/pay/" + token + "/document.pdf", native=True
                ),
                class_name="pay__download",
            ),
        ),
    )


def _fact(name: Text, value: rx.Component | Text) -> rx.Component:
    return rx.el.div(rx.el.dt(name), rx.el.dd(value), class_name="facts__fact")
