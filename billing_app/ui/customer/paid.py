"""How paying in the portal went, from our own books.

Coming here proves nothing. The page looks again for half a minute, because news may come
later than the browser, and then says that a letter will follow.
"""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.kernel.errors import Busy, NotFound
from billing_app.reads.own_outcome import OwnOutcome, SharePaid, own_outcome
from billing_app.reads.payer_outcome import Ending
from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import card, cluster
from billing_app.ui.components.icons import icon
from billing_app.ui.components.status import notice
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import has_words, when
from billing_app.ui.customer.missing import missing

_LOOKS = 15
_LOOKS_EVERY_S = 2
_OPEN = frozenset({Ending.WAITING, Ending.CHECKING})
_TO_TRY_AGAIN = frozenset({Ending.FAILED, Ending.UNFINISHED, Ending.TAKEN_BACK, Ending.AWAITED})


class CustomerPaidState(rx.State):
    """How one attempt to pay ended."""

    known: bool = False
    missing: bool = False
    busy: str = ""
    ending: str = ""
    amount: str = ""
    instrument: str = ""
    why: str = ""
    receipt: str = ""
    again: str = ""
    shares: list[SharePaid] = []
    waited: bool = False

    @rx.event(background=True)
    async def load(self) -> None:
        """Look until it is known how it ended, without keeping the tab from anything else."""
        async with self:
            self.reset()
            wanted = self.router.url.path.strip("/").rpartition("/")[2]
        for _ in range(_LOOKS):
            try:
                told = await run(lambda work: own_outcome(work, wanted))
            except NotFound:
                async with self:
                    self.missing = self.known = True
                return
            except Busy as refusal:
                async with self:
                    self.busy = str(refusal)
                return
            async with self:
                self._show(told)
            if told.ending not in _OPEN:
                return
            await asyncio.sleep(_LOOKS_EVERY_S)
        async with self:
            self.waited = True

    def _show(self, told: OwnOutcome) -> None:
        self.known, self.ending, self.why = True, told.ending.value, told.why
        self.amount, self.instrument, self.shares = told.amount, told.instrument, told.shares
        self.receipt = f"/customer/payments/{told.payment_id}" if told.payment_id else ""
        only = f"?what={told.shares[0].id}" if len(told.shares) == 1 else ""
        self.again = f"/customer/pay{only}" if told.ending in _TO_TRY_AGAIN else ""


def paid_page() -> rx.Component:
    """The screen at /customer/paid/[attempt_id]."""
    state: Any = CustomerPaidState
    return rx.cond(
        state.missing,
        missing("payment", "Back to your account", "/customer"),
        rx.cond(
            state.known,
            _ending(),
            rx.fragment(
                rx.el.h1("Your payment", class_name="page-header__title"),
                notice(state.busy, tone="danger"),
                rx.cond(has_words(state.busy), rx.fragment(), skeleton(4)),
            ),
        ),
    )


def _ending() -> rx.Component:
    state = CustomerPaidState
    paid = rx.el.p(rx.el.strong(state.amount), " has arrived. Thank you.")
    failed = rx.el.p("You were not charged. You can try again, also in another way.")
    return rx.match(
        state.ending,
        ("paid", _told("check-circle", "Payment received", paid)),
        ("awaited", _told("clock", "Your bank transfer is awaited", _awaited())),
        ("arrived", _told("check-circle", "Your bank transfer has arrived", paid)),
        ("processing", _told("turning", "Your payment is on its way", _on_its_way())),
        (
            "failed",
            _told(
                "cross-circle",
                "The payment did not go through",
                when(state.why, rx.el.p(state.why)),
                failed,
            ),
        ),
        ("taken back", _told("cross-circle", "Your bank took the payment back", _taken_back())),
        ("checking", _told("clock", "We are checking your payment", _checking(), _later())),
        ("waiting", _told("clock", "The payment is not finished", _waiting(), _later())),
        _told(
            "clock",
            "The payment was not finished",
            rx.el.p("Nothing was charged. You can pay whenever you like."),
        ),
    )


def _on_its_way() -> rx.Component:
    return rx.el.p(
        rx.el.strong(CustomerPaidState.amount),
        " has begun and has not cleared yet; that can take some days. There is nothing more to do."
        " Please do not pay it again.",
    )


def _awaited() -> rx.Component:
    return rx.el.p(
        "Please transfer ",
        rx.el.strong(CustomerPaidState.amount),
        " to the account that you were shown, with its reference. It counts as paid once it has"
        " arrived. To see the account again, choose Bank Transfer where you pay.",
    )


def _taken_back() -> rx.Component:
    return rx.el.p(
        rx.el.strong(CustomerPaidState.amount),
        " went back to you, so it is still to be paid. Ask your bank for the reason.",
    )


def _checking() -> rx.Component:
    return rx.el.p(
        "The payment provider has not told us yet whether money moved. Please do not pay again."
    )


def _waiting() -> rx.Component:
    return rx.el.p(
        "We have not heard of a payment yet. If you paid or sent a transfer, there is nothing more"
        " to do. If you left the payment page before the end, nothing was charged."
    )


def _later() -> rx.Component:
    return rx.cond(
        CustomerPaidState.waited,
        rx.el.p("This takes longer than usual. We will write to you when we know."),
        rx.el.p("This page looks again every few seconds.", role="status"),
    )


def _told(icon_name: str, title: str, *words: rx.Component) -> rx.Component:
    state: Any = CustomerPaidState
    label = rx.cond(state.ending == Ending.AWAITED.value, "See how to pay", "Pay again")
    again = link_button(label.to(str), href=state.again, kind="pay", native=True)
    return rx.el.div(
        rx.el.span(icon(icon_name), class_name="message__icon"),
        rx.el.h1(title, class_name="plain__title"),
        *words,
        card(rx.el.dl(rx.foreach(state.shares, _share), class_name="facts pay__sums")),
        cluster(
            when(state.again, again),
            when(state.receipt, link_button("Receipt", href=state.receipt)),
            link_button("Back to your account", href="/customer"),
        ),
        class_name="message",
    )


def _share(share: Any) -> rx.Component:
    """A document it was for, and what is left to pay there by now."""
    state: Any = CustomerPaidState
    is_open = (
        (state.ending == Ending.PROCESSING.value)
        | (state.ending == Ending.CHECKING.value)
        | (state.ending == Ending.AWAITED.value)
    )
    left = rx.cond(
        share.still_to_pay != "",
        rx.el.span(share.still_to_pay, " is still to pay", class_name="table__note"),
        rx.el.span("Nothing is left to pay", class_name="table__note"),
    )
    return rx.el.div(
        rx.el.dt(share.what),
        rx.el.dd(share.amount, rx.cond(is_open, rx.fragment(), left)),
        class_name="facts__fact",
    )
