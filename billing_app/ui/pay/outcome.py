"""Where the payment provider leads back to: how it ended, from our own books.

Coming here proves nothing.
"""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.content import cluster
from billing_app.ui.components.icons import icon
from billing_app.ui.components.looking import looks_again
from billing_app.ui.components.status import Tone, notice
from billing_app.ui.components.tables import skeleton
from billing_app.ui.components.text import Text, has_words, when
from billing_app.ui.layout import signed_out_frame
from billing_app.ui.pay.ending import OutcomeState
from billing_app.ui.pay.form import account_again, kept_words
from billing_app.ui.signed_out import link_expired
from billing_app.ui.words import phrase, say


def return_page() -> rx.Component:
    """The page at /pay/[token]/return."""
    state = OutcomeState
    page = signed_out_frame(
        rx.cond(
            state.known & ~has_words(state.busy),
            _ending(),
            rx.fragment(
                rx.el.h1(say("Your payment"), class_name="plain__title"),
                notice(state.busy, tone="danger"),
                rx.cond(state.known, rx.fragment(), skeleton(4)),
            ),
        ),
        looks_again(OutcomeState.look),
    )
    is_over = state.known & ~state.live & ~has_words(state.busy)
    home = link_button(say("Go to sign in"), href="/sign-in", native=True)
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
            say("The payment was not finished"),
            rx.el.p(
                say("No money moved on this visit."),
                when(
                    OutcomeState.left,
                    rx.fragment(" ", say("You can pay whenever you like.")),
                ),
            ),
        ),
    )


def _paid() -> rx.Component:
    state = OutcomeState
    return _told(
        "check-circle",
        say("Payment received"),
        rx.el.p(
            phrase(
                "%(amount)s was paid to %(business)s. Thank you.",
                amount=rx.el.strong(state.amount),
                business=state.asked_by,
            )
        ),
        _receipt(),
        tone="success",
    )


def _receipt() -> rx.Component:
    """Where the receipt goes, which is more than the one document that the link opens."""
    return rx.el.p(say("A receipt goes to %(customer)s by e-mail.", customer=OutcomeState.customer))


def _on_its_way() -> rx.Component:
    return _told(
        "turning",
        say("Your payment is on its way"),
        rx.el.p(
            phrase(
                "%(amount)s has begun and has not cleared yet; that can take some days. Please do"
                " not pay it again.",
                amount=rx.el.strong(OutcomeState.amount),
            ),
        ),
        rx.el.p(say("While it is open, this page looks now and then whether it has cleared.")),
    )


def _awaited() -> rx.Component:
    return _told(
        "clock",
        say("Your bank transfer is awaited"),
        rx.el.p(
            phrase(
                "Please transfer %(amount)s to the account that you were shown, with its reference."
                " It counts as paid once it has arrived.",
                amount=rx.el.strong(OutcomeState.amount),
            ),
        ),
        account_again(),
    )


def _arrived() -> rx.Component:
    state = OutcomeState
    is_all = ~has_words(state.left)
    return _told(
        "check-circle",
        rx.cond(is_all, say("Payment received"), say("Your bank transfer has arrived")),
        rx.el.p(
            phrase(
                "%(amount)s arrived by bank transfer. Thank you.", amount=rx.el.strong(state.came)
            ),
            rx.cond(
                is_all,
                rx.fragment(),
                rx.fragment(
                    " ",
                    say(
                        "For the other %(amount)s, the account that you were shown still works.",
                        amount=state.left,
                    ),
                ),
            ),
        ),
        _receipt(),
        tone="success",
    )


def _failed() -> rx.Component:
    return _told(
        "cross-circle",
        say("The payment did not go through"),
        rx.el.p(
            rx.cond(
                has_words(OutcomeState.left),
                rx.cond(
                    has_words(OutcomeState.why),
                    OutcomeState.why,
                    say("You were not charged. You can try again, also in another way."),
                ),
                say("You were not charged."),
            )
        ),
        tone="danger",
    )


def _taken_back() -> rx.Component:
    return _told(
        "cross-circle",
        say("Your bank took the payment back"),
        rx.el.p(
            phrase("%(amount)s went back to you.", amount=rx.el.strong(OutcomeState.amount)),
            " ",
            when(OutcomeState.left, rx.fragment(say("It is still to be paid."), " ")),
            say("Ask your bank for the reason."),
        ),
        tone="danger",
    )


def _checking() -> rx.Component:
    return _told(
        "clock",
        say("We are checking your payment"),
        rx.el.p(
            say(
                "The payment provider has not told us yet whether money moved. Please do not pay"
                " again."
            )
        ),
        _later(),
    )


def _waiting() -> rx.Component:
    return _told(
        "clock",
        say("The payment is not finished"),
        rx.el.p(
            say(
                "We have not heard of a payment yet. If you paid or sent a transfer, there is"
                " nothing more to do. If you left the payment page before the end, nothing was"
                " charged."
            )
        ),
        _later(),
    )


def _later() -> rx.Component:
    return rx.cond(
        OutcomeState.waited,
        rx.el.p(
            say("This takes longer than usual. While it is open, this page looks now and then.")
        ),
        rx.el.p(say("This page looks again every few seconds."), role="status"),
    )


def _told(icon_name: str, title: Text, *words: rx.Component, tone: Tone = "info") -> rx.Component:
    token: Any = rx.State.token  # type: ignore[attr-defined]
    state = OutcomeState
    return rx.el.div(
        rx.el.span(icon(icon_name), class_name=f"message__icon message__icon--{tone}"),
        rx.el.h1(title, class_name="plain__title"),
        *words,
        when(state.kept, rx.el.p(kept_words(state.kept, state.customer))),
        rx.el.p(_left(), class_name="plain__aside"),
        cluster(
            link_button(state.go_on, href="/pay/" + token, native=True),
            *([_paper(token)] if tone == "success" else []),
        ),
        class_name="message",
    )


def _paper(token: Any) -> rx.Component:
    """The document itself, which says what is paid; a link opens no receipt."""
    href = "/pay/" + token + "/document.pdf"
    return link_button(say("Download PDF"), href=href, kind="quiet", native=True)


def _left() -> rx.Component:
    what, left, on_its_way = OutcomeState.what, OutcomeState.left, OutcomeState.on_its_way
    both = say(
        "%(what)s: %(amount)s is still to pay; %(coming)s of that is on its way.",
        what=what,
        amount=OutcomeState.still_to_pay,
        coming=on_its_way,
    )
    only = say("%(what)s: %(amount)s is still to pay.", what=what, amount=left)
    coming = say(
        "%(what)s: %(amount)s is on its way, and nothing more is to pay.",
        what=what,
        amount=on_its_way,
    )
    is_coming = has_words(on_its_way)
    return rx.fragment(
        rx.cond(
            has_words(left),
            rx.cond(is_coming, both, only),
            rx.cond(is_coming, coming, say("%(what)s: nothing is left to pay.", what=what)),
        )
    )
