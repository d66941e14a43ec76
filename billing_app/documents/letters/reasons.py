"""Why a charge came to nothing, in the reader's language.

The sentences are those of the gateway, as payers read them on the payment page. They are listed
here so that they stand in the template for translators; a test holds both alike.
"""

from __future__ import annotations

from billing_app.documents.letters.voice import Voice


def N_(sentence: str) -> str:
    """Marks a sentence that is translated later."""
    return sentence


REASONS = frozenset(
    {
        N_(
            "The bank declined this payment. Nothing was charged. Please pay another way, or ask"
            " the bank why."
        ),
        N_(
            "There was not enough money for this payment. Nothing was charged. Please pay another"
            " way, or try again when the money is there."
        ),
        N_(
            "This payment is over a limit of the bank. Nothing was charged. Please pay another"
            " way, or try again on another day."
        ),
        N_(
            "The bank could not deal with this payment just now. Nothing was charged. Please try"
            " again later."
        ),
        N_("This card has expired. Nothing was charged. Please pay with another card."),
        N_(
            "The number, the date or the security code of this card is not correct. Nothing was"
            " charged. Please check them and try again."
        ),
        N_(
            "The bank wants the owner of this card to confirm the payment themselves. Nothing was"
            " charged. Please pay on the payment page, where the bank can ask."
        ),
        N_(
            "The bank could not make sure that it was the owner of the card who paid. Nothing was"
            " charged. Please try again, or pay another way."
        ),
        N_(
            "This bank account is closed or does not exist. Nothing was charged. Please pay from"
            " another account or another way."
        ),
        N_(
            "The bank does not allow debits from this account. Nothing was charged. Please agree"
            " to the debit anew, or pay another way."
        ),
        N_(
            "This saved way of paying can no longer be used. Nothing was charged. Please pay"
            " another way."
        ),
    }
)


def said_reason(sentence: str, voice: Voice) -> str:
    """The reason in the letter's language; nothing where it is known in English only."""
    if sentence in REASONS:
        return voice.words.gettext(sentence)
    return sentence if voice.locale.startswith("en") else ""
