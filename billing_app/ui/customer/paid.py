"""How paying in the portal went, from our own books.

Coming here proves nothing. The page looks again for half a minute, because news may come
later than the browser, and then says that a letter will follow. Left open, it looks again now and
then, for as long as money may move.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from secrets import token_hex
from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.kernel.errors import Busy, NotFound
from billing_app.reads.own_outcome import OwnOutcome, SharePaid, own_outcome
from billing_app.reads.payer_outcome import Ending
from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import card, cluster
from billing_app.ui.components.icons import icon
from billing_app.ui.components.looking import looks_again
from billing_app.ui.components.status import Tone, notice
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import Text, has_words, when
from billing_app.ui.customer.missing import missing
from billing_app.ui.words import phrase, say

_LOOKS = 15
_LOOKS_EVERY_S = 2
_OPEN = frozenset({Ending.WAITING, Ending.CHECKING})
_MAY_MOVE = _OPEN | {Ending.PROCESSING, Ending.AWAITED}
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
    is_owed: bool = False
    shares: list[SharePaid] = []
    waited: bool = False

    _turn: str = ""

    @rx.event(background=True)
    async def load(self) -> None:
        """Look until it is known how it ended, without keeping the tab from anything else.

        Not for another payment, nor for somebody else, that the tab shows by then.
        """
        mine = token_hex(8)
        async with self:
            self.reset()
            self._turn, wanted = mine, self._wanted()
        for _ in range(_LOOKS):
            found = await _found(wanted)
            async with self:
                if self._turn != mine or not self._has_to_wait(found):
                    return
            await asyncio.sleep(_LOOKS_EVERY_S)
        async with self:
            self.waited = self.waited or self._turn == mine

    @rx.event
    async def look(self) -> None:
        """Look once more, if anything may have changed."""
        wanted = self._wanted()
        if self.ending in _MAY_MOVE:
            with suppress(Busy, NotFound):
                self._show(await run(lambda work: own_outcome(work, wanted)))

    def _wanted(self) -> str:
        return str(self.router.url.path.strip("/").rpartition("/")[2])

    def _has_to_wait(self, found: OwnOutcome | NotFound | Busy) -> bool:
        """Show what was found; whether how it ended is not known yet."""
        if isinstance(found, Busy):
            self.busy = str(found)
        elif isinstance(found, NotFound):
            self.missing = self.known = True
        else:
            self._show(found)
        return isinstance(found, OwnOutcome) and found.ending in _OPEN

    def _show(self, told: OwnOutcome) -> None:
        self.known, self.ending, self.why = True, told.ending.value, told.why
        self.amount, self.instrument, self.shares = told.amount, told.instrument, told.shares
        self.receipt = f"/customer/payments/{told.payment_id}" if told.payment_id else ""
        only = f"?what={told.shares[0].id}" if len(told.shares) == 1 else ""
        self.is_owed = any(share.still_to_pay for share in told.shares)
        tries = self.is_owed and told.ending in _TO_TRY_AGAIN
        self.again = f"/customer/pay{only}" if tries else ""


async def _found(wanted: str) -> OwnOutcome | NotFound | Busy:
    try:
        return await run(lambda work: own_outcome(work, wanted))
    except (NotFound, Busy) as refusal:
        return refusal


def paid_page() -> rx.Component:
    """The screen at /customer/paid/[attempt_id]."""
    state: Any = CustomerPaidState
    found = rx.cond(
        state.known,
        _ending(),
        rx.fragment(
            rx.el.h1(say("Your payment"), class_name="page-header__title"),
            notice(state.busy, tone="danger"),
            rx.cond(has_words(state.busy), rx.fragment(), skeleton(4)),
        ),
    )
    return rx.cond(
        state.missing,
        missing(say("There is no such payment here"), say("Back to your account"), "/customer"),
        rx.fragment(found, looks_again(CustomerPaidState.look)),
    )


def _ending() -> rx.Component:
    state = CustomerPaidState
    paid = rx.el.p(phrase("%(amount)s has arrived. Thank you.", amount=rx.el.strong(state.amount)))
    failed = rx.el.p(
        rx.cond(
            state.is_owed,
            rx.cond(
                has_words(state.why),
                state.why,
                say("You were not charged. You can try again, also in another way."),
            ),
            say("You were not charged."),
        )
    )
    return rx.match(
        state.ending,
        ("paid", _told("check-circle", say("Payment received"), paid, tone="success")),
        ("awaited", _told("clock", say("Your bank transfer is awaited"), _awaited())),
        (
            "arrived",
            _told("check-circle", say("Your bank transfer has arrived"), paid, tone="success"),
        ),
        ("processing", _told("turning", say("Your payment is on its way"), _on_its_way())),
        (
            "failed",
            _told("cross-circle", say("The payment did not go through"), failed, tone="danger"),
        ),
        (
            "taken back",
            _told(
                "cross-circle",
                say("Your bank took the payment back"),
                _taken_back(),
                tone="danger",
            ),
        ),
        ("checking", _told("clock", say("We are checking your payment"), _checking(), _later())),
        ("waiting", _told("clock", say("The payment is not finished"), _waiting(), _later())),
        _told(
            "clock",
            say("The payment was not finished"),
            rx.el.p(
                say("Nothing was charged."),
                rx.cond(
                    state.is_owed,
                    rx.fragment(" ", say("You can pay whenever you like.")),
                    rx.fragment(),
                ),
            ),
        ),
    )


def _on_its_way() -> rx.Component:
    return rx.el.p(
        phrase(
            "%(amount)s has begun and has not cleared yet; that can take some days. There is"
            " nothing more to do. Please do not pay it again.",
            amount=rx.el.strong(CustomerPaidState.amount),
        ),
    )


def _awaited() -> rx.Component:
    return rx.el.p(
        phrase(
            "Please transfer %(amount)s to the account that you were shown, with its reference. It"
            " counts as paid once it has arrived. To see the account again, choose Bank Transfer"
            " where you pay.",
            amount=rx.el.strong(CustomerPaidState.amount),
        ),
    )


def _taken_back() -> rx.Component:
    return rx.el.p(
        phrase("%(amount)s went back to you.", amount=rx.el.strong(CustomerPaidState.amount)),
        " ",
        rx.cond(
            CustomerPaidState.is_owed,
            rx.fragment(say("It is still to be paid."), " "),
            rx.fragment(),
        ),
        say("Ask your bank for the reason."),
    )


def _checking() -> rx.Component:
    return rx.el.p(
        say(
            "The payment provider has not told us yet whether money moved. Please do not pay again."
        )
    )


def _waiting() -> rx.Component:
    return rx.el.p(
        say(
            "We have not heard of a payment yet. If you paid or sent a transfer, there is nothing"
            " more to do. If you left the payment page before the end, nothing was charged."
        )
    )


def _later() -> rx.Component:
    return rx.cond(
        CustomerPaidState.waited,
        rx.el.p(say("This takes longer than usual. We will write to you when we know.")),
        rx.el.p(say("This page looks again every few seconds."), role="status"),
    )


def _told(icon_name: str, title: Text, *words: rx.Component, tone: Tone = "info") -> rx.Component:
    state: Any = CustomerPaidState
    label = rx.cond(state.ending == Ending.AWAITED.value, say("See how to pay"), say("Pay again"))
    again = link_button(label.to(str), href=state.again, kind="pay", native=True)
    return rx.el.div(
        rx.el.span(icon(icon_name), class_name=f"message__icon message__icon--{tone}"),
        rx.el.h1(title, class_name="plain__title"),
        *words,
        card(rx.el.dl(rx.foreach(state.shares, _share), class_name="facts pay__sums")),
        cluster(
            when(state.again, again),
            when(state.receipt, link_button(say("Receipt"), href=state.receipt)),
            link_button(say("Back to your account"), href="/customer"),
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
        rx.el.span(
            say("%(amount)s is still to pay", amount=share.still_to_pay), class_name="table__note"
        ),
        rx.el.span(say("Nothing is left to pay"), class_name="table__note"),
    )
    return rx.el.div(
        rx.el.dt(share.what),
        rx.el.dd(share.amount, rx.cond(is_open, rx.fragment(), left)),
        class_name="facts__fact",
    )
