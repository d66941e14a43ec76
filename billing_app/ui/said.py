"""What a route had to say, in sentences: one table for all pages.

A route that answers a form leads to a page with a code, such as ``/sign-in?said=wrong``.
Only codes of this table become words, so an address made up by somebody else can make a
page say nothing but these sentences.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import reflex as rx

from billing_app.access.installation import installation
from billing_app.kernel.tongue import marked, tell
from billing_app.ui.components.native import native_link
from billing_app.ui.components.status import notice
from billing_app.ui.components.text import when


class Said(NamedTuple):
    """One thing that a route may have said: how it went, and the sentence."""

    tone: Literal["success", "info", "danger"]
    words: str


SENTENCES: dict[str, Said] = {
    "wrong": Said(
        "danger",
        marked(
            "The e-mail address and the password do not go together. Nobody was signed in. Check"
            " both and try again, or choose a new password."
        ),
    ),
    "wrong-password": Said(
        "danger",
        marked(
            "That is not your current password. Nothing was changed. Try again, or sign out and"
            " choose “Forgot your password?”."
        ),
    ),
    "slow": Said(
        "danger",
        marked(
            "There were too many tries in a short time, so this one was not looked at. Nothing is"
            " locked. Wait a minute, then try again."
        ),
    ),
    "busy": Said(
        "danger",
        marked("We are busy right now. Nothing was changed; please try again in a moment."),
    ),
    "link-sent": Said(
        "success",
        marked(
            "If we know this address, a letter with a link is on its way. The link works once,"
            " within 30 minutes. If nothing comes, look among your unwanted mail, or check the"
            " address and ask again."
        ),
    ),
    "gone": Said(
        "danger",
        marked(
            "This link is no longer valid: it was used, replaced or left too long. Nothing was"
            " changed. Ask for a new one."
        ),
    ),
    "weak": Said(
        "danger",
        marked(
            "That password would be too easy to guess. Nothing was changed. Choose 12 to 128"
            " characters that are not a well-known password, your name or your address."
        ),
    ),
    "name": Said(
        "danger", marked("Enter your name, in at most 200 characters. Nothing was changed.")
    ),
    "changed": Said(
        "success",
        marked("Your password was changed. Wherever else you were signed in, you are signed out."),
    ),
    "reset": Said(
        "success",
        marked(
            "Your password was changed. Wherever you were signed in, you are signed out. Now sign"
            " in with your new password."
        ),
    ),
    "accepted": Said("success", marked("Your invitation is accepted. Welcome.")),
    "signed-out": Said("success", marked("You are signed out.")),
    "over": Said(
        "danger",
        marked(
            "You were signed out. This session ended: it ran out, or was ended from elsewhere."
            " Nothing was changed. Sign in to go on."
        ),
    ),
    "ended": Said(
        "success", marked("That session is over. Its next step leads to the sign-in page.")
    ),
    "others-ended": Said("success", marked("You are signed out everywhere but here.")),
    "stepped-up": Said(
        "success", marked("Thank you. For the next five minutes you will not be asked again.")
    ),
    "given-up": Said(
        "info",
        marked(
            "You are back from the payment page, and nothing was paid there. You can pay here"
            " whenever you like."
        ),
    ),
    "amount": Said(
        "danger",
        marked(
            "That amount could not be read. Nothing was charged. See below, or choose all of it."
        ),
    ),
    "zero": Said("danger", marked("That amount is 0. Nothing was charged. Enter more than 0.")),
    "too-much": Said(
        "danger",
        marked(
            "That is more than can be paid now. Nothing was charged. Choose all of it, or enter"
            " less."
        ),
    ),
    "way": Said(
        "danger",
        marked("It cannot be paid that way. Nothing was charged. Choose one of the ways below."),
    ),
    "documents": Said(
        "danger",
        marked(
            "It is not clear what is to be paid. Nothing was charged. Tick what you want to pay,"
            " in one currency."
        ),
    ),
    "moved": Said(
        "danger",
        marked(
            "What there is to pay changed while you looked at it. Nothing was charged. See below"
            " how it is now."
        ),
    ),
    "method-gone": Said(
        "danger",
        marked("That saved way of paying was removed. Nothing was charged. Choose another way."),
    ),
    "sent-before": Said(
        "danger",
        marked(
            "This form was already sent, and said something else then. Nothing was charged now;"
            " this is a new one."
        ),
    ),
    "nothing-to-pay": Said(
        "info", marked("Nothing was charged now, because nothing was left to pay on this document.")
    ),
    "being-paid": Said(
        "info",
        marked(
            "Nothing was charged here, because this was being paid somewhere else at that moment."
        ),
    ),
    "on-its-way": Said(
        "info",
        marked("Nothing was charged now, because a payment for this had begun before."),
    ),
    "no-gateway": Said(
        "danger",
        marked(
            "This cannot be paid online at the moment. Nothing was charged. Ask the business it is"
            " from how to pay."
        ),
    ),
    "gateway-away": Said(
        "danger",
        marked(
            "The payment provider cannot be reached right now. Nothing was charged; please try"
            " again in a moment."
        ),
    ),
    "not-begun": Said(
        "danger",
        marked(
            "The payment could not be begun. Nothing was charged. Try another amount or another"
            " way, or ask the business it is from."
        ),
    ),
    "logo-kept": Said(
        "success", "The logo was saved. It stands on documents that are made from now on."
    ),
    "logo-off": Said("success", "The logo was taken off. Documents carry the name alone."),
    "logo-none": Said("danger", "Choose a picture first. Nothing was changed."),
    "logo-large": Said(
        "danger",
        "The picture can have at most 256 kB. Nothing was changed. Save it smaller, then"
        " choose it again.",
    ),
    "logo-odd": Said(
        "danger",
        "Choose a PNG or JPEG picture that is whole, and of 16 million dots at most."
        " Nothing was changed.",
    ),
    "denied": Said(
        "danger",
        marked(
            "That is not open to you at the moment. Nothing was changed. If it should be, ask the"
            " business that gave you access."
        ),
    ),
}

_IN_THE_MAILBOX = marked(
    "If we know this address, a letter with a link is in the mailbox of this demo. The link works"
    " once, within 30 minutes."
)


class SaidState(rx.State):
    """What the page that was just opened has to tell."""

    told: str = ""
    noted: str = ""
    refused: str = ""
    gone: bool = False
    to_mailbox: str = ""

    @rx.event
    def listen(self) -> None:
        """Turn the code in the address into its sentence, before anything else is loaded.

        A letter of a demo is looked for in its mailbox, not among unwanted mail.
        """
        code = self.router.url.query_parameters.get("said", "")
        said = SENTENCES.get(code, Said("success", ""))
        words = tell(said.words)
        self.told = words if said.tone == "success" else ""
        self.noted = words if said.tone == "info" else ""
        self.refused = words if said.tone == "danger" else ""
        self.gone = code == "gone"
        in_mailbox = code == "link-sent" and installation().settings.demo
        self.to_mailbox = tell("Open the mailbox") if in_mailbox else ""
        if in_mailbox:
            self.told = tell(_IN_THE_MAILBOX)

    def _leave_to_the_page(self, *, all_of_it: bool = False) -> None:
        """Say nothing of what the page itself tells better; nothing at all once it goes on."""
        self.noted = ""
        if all_of_it:
            self.told = self.refused = self.to_mailbox = ""


def said() -> rx.Component:
    """The sentence, read out when the page comes to life; nothing without one."""
    return rx.fragment(
        notice(SaidState.refused, tone="danger"),
        notice(SaidState.told, _way_to_the_mailbox(), tone="success"),
        notice(SaidState.noted, tone="info"),
    )


def _way_to_the_mailbox() -> rx.Component:
    words = SaidState.to_mailbox
    return when(words, rx.fragment(" ", native_link(words, href="/mailbox")))
