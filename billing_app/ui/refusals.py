"""How a refusal reaches a person: one place turns what was raised into what is read."""

from __future__ import annotations

import logging
import re

import reflex as rx
from reflex_base.event import EventSpec

from billing_app.kernel.errors import BillingError, NotSignedIn
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.tongue import tell
from billing_app.ui.state import FrameState

log = logging.getLogger("quittance.events")

_LONGEST_REPORT = 300


def answer_refusal(exception: Exception) -> EventSpec:
    """What the browser is told when a handler raised.

    A refusal is told as it is. Anything else is our mistake: the log keeps what
    happened, the person gets a calm sentence and a reference to quote.
    """
    if isinstance(exception, NotSignedIn):
        return rx.redirect("/sign-in?said=over")
    if isinstance(exception, BillingError):
        return FrameState.refuse(str(exception))
    reference = show("err", new_id())
    log.error("event failed", extra={"fields": {"event_failed": reference}}, exc_info=exception)
    return FrameState.refuse(
        tell(
            "Something went wrong on our side. Nothing was charged unless you saw a confirmation."
            " Please try again; if it stays, quote %(reference)s.",
            reference=reference,
        )
    )


def note_browser_error(exception: Exception) -> None:
    """Keep one line of what a browser reports about its own scripts; never more."""
    report = re.sub(r"[^\x20-\x7e]+", " ", str(exception))[:_LONGEST_REPORT]
    log.warning("browser error", extra={"fields": {"browser_error": report}})
