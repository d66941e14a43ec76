"""The test cards and accounts, by the names and numbers that Stripe has given them.

What happens depends on the number and on nothing else, so that a test and a person at the
hosted page can bring about whatever they want to see.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Proof(StrEnum):
    """When the bank wants to see its customer (3-D Secure)."""

    NEVER = "never"
    ALWAYS = "always"
    UNLESS_SET_UP = "unless_set_up"
    ON_SESSION = "on_session"


@dataclass(frozen=True, kw_only=True)
class Instrument:
    """A card or an account that always behaves the same way."""

    name: str
    number: str
    says: str
    type: str = "card"
    brand: str = "visa"
    decline: str = ""
    proof: Proof = Proof.NEVER
    attaches: bool = True
    afterwards: str = ""
    """What happens once it has been paid: dispute, refund_fail, refund_pending, bypass."""
    slow: bool = False
    never: bool = False

    @property
    def id(self) -> str:
        """The payment method that stands for it in requests."""
        return f"pm_{self.name}"

    @property
    def last4(self) -> str:
        """What is shown of its number."""
        return self.number[-4:]


_GENERIC = "generic_decline"

CARDS = (
    Instrument(name="card_visa", number="4242424242424242", says="Pays"),
    Instrument(name="card_mastercard", number="5555555555554444", says="Pays", brand="mastercard"),
    Instrument(
        name="card_visa_chargeDeclined", number="4000000000000002", says="Is declined",
        decline=_GENERIC, attaches=False,
    ),
    Instrument(
        name="card_visa_chargeDeclinedInsufficientFunds", number="4000000000009995",
        says="Has insufficient funds", decline="insufficient_funds", attaches=False,
    ),
    Instrument(
        name="card_visa_chargeDeclinedLostCard", number="4000000000009987", says="Was lost",
        decline="lost_card", attaches=False,
    ),
    Instrument(
        name="card_visa_chargeDeclinedStolenCard", number="4000000000009979", says="Was stolen",
        decline="stolen_card", attaches=False,
    ),
    Instrument(
        name="card_chargeDeclinedExpiredCard", number="4000000000000069", says="Has expired",
        decline="expired_card", attaches=False,
    ),
    Instrument(
        name="card_chargeDeclinedIncorrectCvc", number="4000000000000127",
        says="Has another security code", decline="incorrect_cvc", attaches=False,
    ),
    Instrument(
        name="card_chargeDeclinedProcessingError", number="4000000000000119",
        says="Meets an error at the bank", decline="processing_error", attaches=False,
    ),
    Instrument(
        name="card_chargeCustomerFail", number="4000000000000341",
        says="Can be saved, then is declined", decline=_GENERIC,
    ),
    Instrument(
        name="card_authenticationRequired", number="4000002760003184",
        says="Asks for 3-D Secure each time", proof=Proof.ALWAYS,
    ),
    Instrument(
        name="card_authenticationRequiredOnSetup", number="4000002500003155",
        says="Asks for 3-D Secure unless it was saved", proof=Proof.UNLESS_SET_UP,
    ),
    Instrument(
        name="card_authenticationRequiredSetupForOffSession", number="4000003800000446",
        says="Asks for 3-D Secure when the customer is there", proof=Proof.ON_SESSION,
    ),
    Instrument(
        name="card_authenticationRequiredChargeDeclinedInsufficientFunds",
        number="4000008260003178", says="Asks for 3-D Secure, then has insufficient funds",
        proof=Proof.ALWAYS, decline="insufficient_funds",
    ),
    Instrument(
        name="card_threeDSecure2Required", number="4000000000003220",
        says="Asks for 3-D Secure each time", proof=Proof.ALWAYS,
    ),
    Instrument(
        name="card_createDispute", number="4000000000000259", says="Pays, then is disputed",
        afterwards="dispute",
    ),
    Instrument(
        name="card_refundFail", number="4000000000005126", says="Pays; a refund fails later",
        afterwards="refund_fail",
    ),
    Instrument(
        name="card_pendingRefund", number="4000000000007726", says="Pays; a refund takes a while",
        afterwards="refund_pending",
    ),
    Instrument(
        name="card_bypassPending", number="4000000000000077", says="Pays, available at once",
        afterwards="bypass",
    ),
)  # fmt: skip


def _debits(kind: str, *rows: tuple[str, str, str, str]) -> tuple[Instrument, ...]:
    """Accounts of one kind: name, number, what it says, and what happens."""
    return tuple(
        Instrument(
            name=name,
            number=number,
            says=says,
            type=kind,
            brand="",
            decline="" if what in {"", "slow", "never", "dispute"} else what.removeprefix("slow "),
            afterwards="dispute" if what == "dispute" else "",
            slow=what.startswith("slow"),
            never=what == "never",
        )
        for name, number, says, what in rows
    )


DEBITS = (
    *_debits(
        "us_bank_account",
        ("usBankAccount_success", "000123456789", "Pays after some days", ""),
        ("usBankAccount_accountClosed", "000111111113", "Fails: account closed", "account_closed"),
        ("usBankAccount_noAccount", "000111111116", "Fails: no such account", "no_account"),
        (
            "usBankAccount_insufficientFunds", "000222222227", "Fails: no funds",
            "insufficient_funds",
        ),
        (
            "usBankAccount_debitNotAuthorized", "000333333335", "Fails: not authorised",
            "debit_not_authorized",
        ),
        ("usBankAccount_dispute", "000555555559", "Pays, then is taken back", "dispute"),
        ("usBankAccount_processing", "000000000009", "Stays in processing", "never"),
    ),
    *_debits(
        "sepa_debit",
        ("success_de", "DE89370400440532013000", "Pays after some days", ""),
        ("successDelayed_de", "DE08370400440532013003", "Pays after many days", "slow"),
        ("failed_de", "DE62370400440532013001", "Fails", "insufficient_funds"),
        ("failedDelayed_de", "DE78370400440532013004", "Fails late", "slow insufficient_funds"),
        ("disputed_de", "DE35370400440532013002", "Pays, then is taken back", "dispute"),
    ),
    *_debits(
        "bacs_debit",
        ("bacsDebit_success", "00012345", "Pays after some days", ""),
        ("bacsDebit_successDelayed", "90012345", "Pays after many days", "slow"),
        ("bacsDebit_insufficientFunds", "22222227", "Fails: no funds", "insufficient_funds"),
        (
            "bacsDebit_debitNotAuthorized", "33333335", "Fails: not authorised",
            "debit_not_authorized",
        ),
        ("bacsDebit_dispute", "55555559", "Pays, then is taken back", "dispute"),
        ("bacsDebit_mandateRefused", "00033333", "The bank refuses the mandate", "mandate_refused"),
    ),
    *_debits(
        "au_becs_debit",
        ("auBecsDebit_success", "000123456", "Pays after some days", ""),
        ("auBecsDebit_successDelayed", "900123456", "Pays after many days", "slow"),
        ("auBecsDebit_accountClosed", "111111113", "Fails: account closed", "account_closed"),
        ("auBecsDebit_refused", "222222227", "Fails: refused", "refer_to_customer"),
        ("auBecsDebit_dispute", "666666660", "Pays, then is taken back", "dispute"),
    ),
)  # fmt: skip

BANK_CODES = {
    "us_bank_account": "110000000",
    "bacs_debit": "108800",
    "au_becs_debit": "000000",
    "sepa_debit": "",
}
DEBIT_OF = {"usd": "us_bank_account", "eur": "sepa_debit", "gbp": "bacs_debit",
            "aud": "au_becs_debit"}  # fmt: skip
DAYS_TO_SETTLE = {"us_bank_account": 4, "sepa_debit": 5, "bacs_debit": 4, "au_becs_debit": 2}
TRANSFERS_OF = {
    "eur": "eu_bank_transfer",
    "gbp": "gb_bank_transfer",
    "jpy": "jp_bank_transfer",
    "mxn": "mx_bank_transfer",
    "usd": "us_bank_transfer",
}

_ALIASES = {
    "pm_card_chargeDeclined": "pm_card_visa_chargeDeclined",
    "pm_card_chargeDeclinedInsufficientFunds": "pm_card_visa_chargeDeclinedInsufficientFunds",
    "pm_usBankAccount": "pm_usBankAccount_success",
}
_BY_ID = {found.id: found for found in (*CARDS, *DEBITS)}
_BY_NUMBER = {(found.type, found.number): found for found in (*CARDS, *DEBITS)}


def by_id(shown: str) -> Instrument | None:
    """The instrument that a payment method of Stripe's own stands for."""
    return _BY_ID.get(_ALIASES.get(shown, shown))


def by_number(kind: str, number: str) -> Instrument | None:
    """The instrument with that number, however it was typed."""
    return _BY_NUMBER.get((kind, "".join(number.split()).replace("-", "").upper()))


def of_type(kind: str) -> tuple[Instrument, ...]:
    """Every instrument of one kind, for a list to choose from."""
    return tuple(found for found in (*CARDS, *DEBITS) if found.type == kind)
