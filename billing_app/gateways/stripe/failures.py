"""Why money did not come, in words for whoever pays, and what can be done about it.

A card that was reported lost or stolen is declined like any other: whoever holds it is not
told more than that. The code, which admins see, says which it was.
"""

from __future__ import annotations

from dataclasses import dataclass

from billing_app.kernel.tongue import marked


@dataclass(frozen=True)
class Failure:
    """One reason. Another day may cure it; or their bank wants to ask the payer themselves."""

    sentence: str
    may_be_retried: bool = False
    needs_payer: bool = False


_DECLINED = Failure(
    marked(
        "The bank declined this payment. Nothing was charged. Please pay another way, or ask the"
        " bank why."
    )
)
_NO_MONEY = Failure(
    marked(
        "There was not enough money for this payment. Nothing was charged. Please pay another way,"
        " or try again when the money is there."
    ),
    may_be_retried=True,
)
_LIMIT = Failure(
    marked(
        "This payment is over a limit of the bank. Nothing was charged. Please pay another way, or"
        " try again on another day."
    ),
    may_be_retried=True,
)
_NOT_NOW = Failure(
    marked(
        "The bank could not deal with this payment just now. Nothing was charged. Please try again"
        " later."
    ),
    may_be_retried=True,
)
_EXPIRED = Failure(
    marked("This card has expired. Nothing was charged. Please pay with another card.")
)
_MISTYPED = Failure(
    marked(
        "The number, the date or the security code of this card is not correct. Nothing was"
        " charged. Please check them and try again."
    )
)
_PROOF = Failure(
    marked(
        "The bank wants the owner of this card to confirm the payment themselves. Nothing was"
        " charged. Please pay on the payment page, where the bank can ask."
    ),
    needs_payer=True,
)
_NO_PROOF = Failure(
    marked(
        "The bank could not make sure that it was the owner of the card who paid. Nothing was"
        " charged. Please try again, or pay another way."
    )
)
_NO_ACCOUNT = Failure(
    marked(
        "This bank account is closed or does not exist. Nothing was charged. Please pay from"
        " another account or another way."
    )
)
_NO_MANDATE = Failure(
    marked(
        "The bank does not allow debits from this account. Nothing was charged. Please agree to"
        " the debit anew, or pay another way."
    )
)
_TAKEN_BACK = "The payer's bank took this payment back after it had come in."

_BY_CODE = {
    code: failure
    for failure, codes in (
        (_NO_MONEY, "insufficient_funds"),
        (_LIMIT, "card_velocity_exceeded withdrawal_count_limit_exceeded"
                 " charge_exceeds_source_limit charge_exceeds_transaction_limit"
                 " charge_exceeds_weekly_limit"),
        (_NOT_NOW, "processing_error try_again_later issuer_not_available reenter_transaction"
                   " approve_with_id debit_processing_error"),
        (_EXPIRED, "expired_card"),
        (_MISTYPED, "incorrect_cvc invalid_cvc incorrect_number invalid_number incorrect_zip"
                    " invalid_expiry_month invalid_expiry_year incorrect_address"),
        (_PROOF, "authentication_required authentication_not_handled"),
        (_NO_PROOF, "payment_intent_authentication_failure"),
        (_NO_ACCOUNT, "account_closed no_account invalid_account_number bank_account_unusable"
                      " bank_ownership_changed"),
        (_NO_MANDATE, "debit_not_authorized mandate_refused bank_account_restricted"
                      " payment_intent_mandate_invalid recurring_debit_not_authorized"),
    )
    for code in codes.split()
}  # fmt: skip

LONGEST_CODE = 60
NOT_KNOWN = "resource_missing"
_REFUSALS = {
    "amount_too_small": marked(
        "This amount is too small to be paid this way. Nothing was charged. Please choose another"
        " way to pay."
    ),
    "amount_too_large": marked(
        "This amount is too large to be paid this way. Nothing was charged. Please pay it in"
        " parts, or another way."
    ),
    "charge_already_refunded": "This payment was given back in full before. Nothing was given back"
    " now.",
    "charge_disputed": "The payer's bank is taking this payment back, so it cannot be given back"
    " as well. Nothing was given back now.",
    "email_invalid": marked(
        "The payment provider does not take this e-mail address. Nothing was charged. Please"
        " correct it and try again."
    ),
    "payment_intent_mandate_invalid": _NO_MANDATE.sentence,
    "payment_intent_unexpected_state": "This payment can no longer be changed. No money was moved"
    " by trying.",
    "payment_method_unexpected_state": marked(
        "This saved way of paying can no longer be used. Nothing was charged. Please pay another"
        " way."
    ),
    NOT_KNOWN: "The payment provider does not know what this is about. No money was moved.",
}
_NOT_ABOUT_THE_PAYER = {
    "",
    "amount_too_fine",
    "amount_too_large",
    "amount_too_small",
    "currency_not_supported",
    "email_invalid",
    "key_not_accepted",
    "payment_intent_unexpected_state",
}
_REFUSED = marked("The payment provider refused this request. No money was moved.")
KEY_NOT_ACCEPTED = marked(
    "The payment provider does not accept our key, so nothing can be paid this way right now. No"
    " money was moved."
)
CROWDED = (
    "The payment provider has too much to do right now. Please try again in a moment: nothing is"
    " charged twice."
)
STILL_AT_IT = (
    "The payment provider is still at work on this and has not said yet whether money moved."
    " Nothing is charged twice."
)


def failure_of(code: str) -> Failure:
    """The reason behind a code of a bank's refusal; one that is new is a plain refusal."""
    return _BY_CODE.get(code, _DECLINED)


def is_for_good(code: str) -> bool:
    """Whether the same way of paying will be refused again until its owner sees to it."""
    failure = failure_of(code)
    curable = failure.may_be_retried or failure.needs_payer
    return code not in _NOT_ABOUT_THE_PAYER and not curable


def taken_back_words() -> str:
    """What is said of money that came and went."""
    return _TAKEN_BACK


def refusal_words(code: str) -> str:
    """What is said when Stripe itself refuses a request."""
    return _REFUSALS.get(code, _REFUSED)
