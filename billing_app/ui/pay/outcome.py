"""Where the payment provider leads back to: how it ended, from our own books.

Coming here proves nothing. The page looks again for half a minute, because news may come
later than the browser. Left open, it looks again now and then, for as long as money may move.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import reflex as rx

from billing_app.access.installation import run_as
from billing_app.kernel.errors import Busy, NotFound
from billing_app.reads import payer_outcome
from billing_app.reads.payer_outcome import Ending, Outcome
from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import cluster
from billing_app.ui.components.icons import icon
from billing_app.ui.components.status import notice
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import Text, has_words, when
from billing_app.ui.layout import signed_out_frame
from billing_app.ui.pay.door import payer_at
from billing_app.ui.pay.form import account_again, kept_words
from billing_app.ui.pay.looking import looks_again
from billing_app.ui.signed_out import link_expired

_LOOKS = 15
_LOOKS_EVERY_S = 2
_OPEN = frozenset({Ending.WAITING, Ending.CHECKING})
_MAY_MOVE = _OPEN | {Ending.PROCESSING, Ending.AWAITED}
_GO_ON = {
    **dict.fromkeys((Ending.PAID, Ending.PROCESSING, Ending.ARRIVED), "Pay the rest"),
    Ending.AWAITED: "Pay it another way",
}


class OutcomeState(rx.State):
    """How a visit to the provider's page ended: the one in the address, or the last."""

    known: bool = False
    live: bool = False
    busy: str = ""
    ending: str = ""
    what: str = ""
    asked_by: str = ""
    amount: str = ""
    why: str = ""
    left: str = ""
    on_its_way: str = ""
    came: str = ""
    kept: str = ""
    customer: str = ""
    go_on: str = ""
    may_move: bool = False
    waited: bool = False

    @rx.event(background=True)
    async def load(self) -> None:
        """Look until it is known how it ended, without keeping the tab from anything else."""
        async with self:
            self.reset()
            router = self.router
        for _ in range(_LOOKS):
            try:
                told = await _told_at(router)
            except Busy as refusal:
                async with self:
                    self.busy, self.known = str(refusal), True
                return
            async with self:
                self._show(told)
            if told is None or told.ending not in _OPEN:
                return
            await asyncio.sleep(_LOOKS_EVERY_S)
        async with self:
            self.waited = True

    @rx.event
    async def look(self) -> None:
        """Look once more, if anything may have changed."""
        if self.may_move:
            with suppress(Busy):
                self._show(await _told_at(self.router))

    def _show(self, told: Outcome | None) -> None:
        self.known, self.live = True, told is not None
        self.may_move = told is not None and told.ending in _MAY_MOVE
        if told is None:
            return
        self.ending, self.why = told.ending.value, told.why
        self.what, self.asked_by, self.amount = told.what, told.asked_by, told.amount
        self.left = told.left.text if told.left.minor else ""
        self.on_its_way = told.on_its_way.text if told.on_its_way.minor else ""
        self.came, self.customer = told.came.text, told.customer
        self.kept = told.kept.text if told.kept.minor else ""
        pays = _GO_ON.get(told.ending, "Pay it now")
        self.go_on = pays if self.left and told.ending not in _OPEN else "See the document"


async def _told_at(router: Any) -> Outcome | None:
    """What is known of the visit that an address names; None if it opens nothing."""
    visit = router.url.query_parameters.get("a", "")
    found = await payer_at(router)
    if found is None:
        return None
    try:
        return await run_as(found, lambda work: payer_outcome.outcome(work, visit))
    except NotFound:
        return None


def return_page() -> rx.Component:
    """The page at /pay/[token]/return."""
    state = OutcomeState
    page = signed_out_frame(
        rx.cond(
            state.known & ~has_words(state.busy),
            _ending(),
            rx.fragment(
                rx.el.h1("Your payment", class_name="plain__title"),
                notice(state.busy, tone="danger"),
                rx.cond(state.known, rx.fragment(), skeleton(4)),
            ),
        ),
        looks_again(OutcomeState.look),
    )
    is_over = state.known & ~state.live & ~has_words(state.busy)
    home = link_button("Go to sign in", href="/sign-in", native=True)
    return rx.cond(is_over, link_expired(home), page)


def _ending() -> rx.Component:
    return rx.match(
        OutcomeState.ending,
        ("paid", _paid()),
        ("processing", _on_its_way()),
        ("awaited", _awaited()),
        ("arrived", _arrived()),
        ("failed", _failed()),
        ("taken back", _taken_back()),
        ("checking", _checking()),
        ("waiting", _waiting()),
        _told(
            "clock",
            "The payment was not finished",
            rx.el.p("No money moved on this visit. You can pay whenever you like."),
        ),
    )


def _paid() -> rx.Component:
    state = OutcomeState
    return _told(
        "check-circle",
        "Payment received",
        rx.el.p(rx.el.strong(state.amount), " was paid to ", state.asked_by, ". Thank you."),
    )


def _on_its_way() -> rx.Component:
    return _told(
        "turning",
        "Your payment is on its way",
        rx.el.p(
            rx.el.strong(OutcomeState.amount),
            " has begun and has not cleared yet; that can take some days. Please do not pay it"
            " again.",
        ),
    )


def _awaited() -> rx.Component:
    return _told(
        "clock",
        "Your bank transfer is awaited",
        rx.el.p(
            "Please transfer ",
            rx.el.strong(OutcomeState.amount),
            " to the account that you were shown, with its reference. It counts as paid once it"
            " has arrived.",
        ),
        account_again(),
    )


def _arrived() -> rx.Component:
    state = OutcomeState
    is_all = ~has_words(state.left)
    return _told(
        "check-circle",
        rx.cond(is_all, "Payment received", "Your bank transfer has arrived"),
        rx.el.p(
            rx.el.strong(state.came),
            " arrived by bank transfer. Thank you.",
            rx.cond(is_all, "", " For the rest, the account that you were shown still works."),
        ),
    )


def _failed() -> rx.Component:
    return _told(
        "cross-circle",
        "The payment did not go through",
        when(OutcomeState.why, rx.el.p(OutcomeState.why)),
        rx.cond(has_words(OutcomeState.why), "", rx.el.p("You were not charged.")),
        rx.el.p("You can try again, also in another way."),
    )


def _taken_back() -> rx.Component:
    return _told(
        "cross-circle",
        "Your bank took the payment back",
        rx.el.p(
            rx.el.strong(OutcomeState.amount),
            " went back to you, so it is still to be paid. Ask your bank for the reason.",
        ),
    )


def _checking() -> rx.Component:
    return _told(
        "clock",
        "We are checking your payment",
        rx.el.p(
            "The payment provider has not told us yet whether money moved. Please do not pay again."
        ),
        _later(),
    )


def _waiting() -> rx.Component:
    return _told(
        "clock",
        "The payment is not finished",
        rx.el.p(
            "We have not heard of a payment yet. If you paid or sent a transfer, there is nothing"
            " more to do. If you left the payment page before the end, nothing was charged."
        ),
        _later(),
    )


def _later() -> rx.Component:
    return rx.cond(
        OutcomeState.waited,
        rx.el.p("This takes longer than usual. While it is open, this page looks now and then."),
        rx.el.p("This page looks again every few seconds.", role="status"),
    )


def _told(icon_name: str, title: Text, *words: rx.Component) -> rx.Component:
    token: Any = rx.State.token  # type: ignore[attr-defined]
    state = OutcomeState
    return rx.el.div(
        rx.el.span(icon(icon_name), class_name="message__icon"),
        rx.el.h1(title, class_name="plain__title"),
        *words,
        when(state.kept, rx.el.p(rx.el.strong(state.kept), kept_words(state.customer))),
        rx.el.p(state.what, _left(), class_name="plain__aside"),
        cluster(link_button(state.go_on, href="/pay/" + token, native=True)),
        class_name="message",
    )


def _left() -> rx.Component:
    left, on_its_way = OutcomeState.left, OutcomeState.on_its_way
    beside = when(on_its_way, rx.fragment(", beside ", on_its_way, " that is on its way"))
    return rx.cond(
        has_words(left),
        rx.fragment(": ", left, " is still to pay", beside, "."),
        rx.cond(
            has_words(on_its_way),
            rx.fragment(": ", on_its_way, " is on its way, and nothing more is to pay."),
            ": nothing is left to pay.",
        ),
    )
