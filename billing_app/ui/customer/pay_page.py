"""The screen at /customer/pay."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import card, page_header, section
from billing_app.ui.components.fields import choice, choices, tick
from billing_app.ui.components.native import hidden_field, native_form, native_link
from billing_app.ui.components.paying import (
    amount_choices,
    pay_bar,
    transfer_details,
    way_choices,
)
from billing_app.ui.components.status import callout, empty_state, notice
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import has_words, when
from billing_app.ui.customer.pay import CustomerPayState
from billing_app.ui.words import say


def pay_page() -> rx.Component:
    """What to pay, how, how much, and what each document gets of it."""
    state: Any = CustomerPayState
    return rx.fragment(
        page_header(
            say("Pay"),
            lead=say("Choose what to pay, and how. Nothing moves before you press Pay Now."),
            actions=[link_button(say("Back"), href="/customer", kind="quiet", icon="arrow-left")],
        ),
        rx.cond(
            state.loaded,
            rx.cond(
                state.missing,
                _missing(),
                rx.fragment(
                    rx.cond(state.rows.length() > 0, _payable(), rx.fragment()),
                    _other_currencies(),
                    _closed(),
                ),
            ),
            skeleton(6),
        ),
    )


def _payable() -> rx.Component:
    state: Any = CustomerPayState
    online = state.ways.length() > 0
    return rx.fragment(
        rx.foreach(state.awaited, _awaited),
        when(
            state.open_page,
            callout(
                say(
                    "A payment page over %(amount)s is open; nothing was paid on it yet. If you pay"
                    " here, that page closes, so nothing is paid twice.",
                    amount=state.open_page,
                ),
                tone="warning",
            ),
        ),
        rx.el.div(
            card(rx.cond(online, _form(), _only_ticks())),
            rx.el.div(_allocation(), _by_transfer(online), class_name="checkout__aside"),
            class_name="checkout",
        ),
    )


def _awaited(row: Any) -> rx.Component:
    return callout(
        say(
            "%(what)s: you chose a bank transfer of %(amount)s, and it has not arrived yet. Choose"
            " Bank Transfer again to see the account and the reference. If you have not sent it,"
            " you can pay another way here; then please do not send it any more.",
            what=row.what,
            amount=row.amount,
        ),
        tone="info",
    )


def _form() -> rx.Component:
    state: Any = CustomerPayState
    typing: Any = CustomerPayState.type_amount
    return native_form(
        hidden_field("attempt", state.form_id),
        hidden_field("all", state.most_minor),
        hidden_field("part", state.due_minor),
        _documents(),
        _ways(),
        amount_choices(
            state.most,
            state.due_now,
            chosen=state.much,
            on_choice=CustomerPayState.take,
            on_amount=typing.debounce(250),
            hint=say("It pays what is due first, then the next."),
        ),
        pay_bar(say("A new card or account is entered on Stripe's page; we never see it.")),
        action="/customer/pay",
        key=state.asked,
        class_name="stack",
    )


def _documents() -> rx.Component:
    """What to pay. A single document is simply named."""
    state: Any = CustomerPayState
    return rx.cond(
        state.rows.length() == 1,
        rx.foreach(
            state.rows,
            lambda row: rx.el.div(
                hidden_field("document", row.id),
                rx.el.p(rx.el.strong(row.what), ", ", row.most),
                when(row.remark, rx.el.p(row.remark, class_name="field__hint")),
            ),
        ),
        choices(
            say("What do you want to pay?"),
            rx.foreach(
                state.rows,
                lambda row: tick(
                    row.what,
                    ", ",
                    row.most,
                    name="document",
                    value=row.id,
                    ticked=row.wanted,
                    remark=row.remark,
                    on_change=CustomerPayState.choose(row.id),
                ),
            ),
        ),
    )


def _only_ticks() -> rx.Component:
    """Where nothing can be paid online, what is ticked tells how much to transfer."""
    return rx.el.div(_documents(), class_name="stack")


def _ways() -> rx.Component:
    state: Any = CustomerPayState
    saved = rx.foreach(
        state.methods,
        lambda method: choice(
            method.words,
            name="way",
            value=method.value,
            chosen=method.usual,
            remark=method.remark,
        ),
    )
    return rx.cond(
        state.methods.length() > 0, way_choices(state.ways, saved), way_choices(state.ways)
    )


def _allocation() -> rx.Component:
    """What each document gets, as it will be when the button is pressed now."""
    state: Any = CustomerPayState
    return section(
        say("What will be paid"),
        notice(state.problem, tone="danger"),
        card(
            rx.el.dl(
                rx.foreach(
                    state.shares,
                    lambda share: rx.el.div(
                        rx.el.dt(share.what), rx.el.dd(share.amount), class_name="facts__fact"
                    ),
                ),
                rx.el.div(
                    rx.el.dt(say("Together")),
                    rx.el.dd(rx.el.strong(rx.cond(state.total, state.total, "–"))),
                    class_name="facts__fact",
                ),
                class_name="facts pay__sums",
            ),
            aria_live="polite",
        ),
    )


def _by_transfer(online: Any) -> rx.Component:
    state: Any = CustomerPayState
    told = transfer_details(
        rx.cond(state.total, state.total, state.most),
        state.account,
        state.reference,
        holder=state.holder,
    )
    folded = rx.el.details(
        rx.el.summary(say("Pay by bank transfer instead")), told, class_name="pay__fold"
    )
    nothing = rx.el.p(say("This cannot be paid online. Please ask the business how to pay it."))
    return rx.cond(
        state.ways.contains("bank_transfer"),
        rx.fragment(),
        rx.cond(
            has_words(state.account),
            rx.cond(online, folded, section(say("Pay by bank transfer"), card(told))),
            rx.cond(online, rx.fragment(), nothing),
        ),
    )


def _other_currencies() -> rx.Component:
    state: Any = CustomerPayState
    return rx.foreach(
        state.others,
        lambda currency: rx.el.p(
            native_link(
                say("Pay what is in %(currency)s", currency=currency),
                href="/customer/pay?currency=" + currency,
            ),
        ),
    )


def _closed() -> rx.Component:
    """What cannot be paid now, and why; with nothing at all to pay, a calm word."""
    state: Any = CustomerPayState
    return rx.cond(
        state.closed.length() > 0,
        section(
            say("Not to be paid now"),
            card(
                rx.el.dl(
                    rx.foreach(
                        state.closed,
                        lambda row: rx.el.div(
                            rx.el.dt(row.what), rx.el.dd(row.why), class_name="facts__fact"
                        ),
                    ),
                    class_name="facts",
                )
            ),
        ),
        rx.cond(
            state.rows.length() == 0,
            empty_state(
                say("Nothing to pay"),
                say("All that you were asked for is settled. Nothing was charged."),
                link_button(say("Back to your account"), href="/customer"),
                icon_name="check-circle",
            ),
            rx.fragment(),
        ),
    )


def _missing() -> rx.Component:
    return empty_state(
        say("There is no such document here"),
        say("The address may be mistyped. Nothing was charged."),
        link_button(say("Back to your account"), href="/customer"),
        icon_name="search",
    )
