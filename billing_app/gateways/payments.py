"""What a payment gateway does for us, in our words. Its own words stay inside its adapter.

Every call can be sent again: it carries a key that follows from our own ids, so that the
gateway does a thing once. A call that is answered with a refusal did nothing. A call that
raises ``Unclear`` may have done it, and is asked about before anything else happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from billing_app.gateways.charge_rules import ChargeRules
from billing_app.gateways.news import News, TransferTold
from billing_app.kernel.money import Money


class Way(StrEnum):
    """How a payer can pay through the gateway."""

    CARD = "card"
    BANK_TRANSFER = "bank_transfer"
    DIRECT_DEBIT = "direct_debit"


class Stage(StrEnum):
    """How a payment stands at the gateway. The words are those of an attempt."""

    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, kw_only=True)
class Payer:
    """A customer as the gateway gets to know them. ``reference`` is its own name for them."""

    organization: str
    customer: str
    name: str
    email: str
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked for: by whom, for what, under whose id. Ids are ours, as they are shown."""

    attempt: str
    organization: str
    customer: str
    amount: Money
    what: str
    """What the payer reads it is for, such as 'Invoice INV-1'."""

    documents: Sequence[str] = ()
    """The ids of the documents it is meant for."""

    way: Way = Way.CARD
    payer: str = ""
    """The gateway's name for the customer; without one it learns nothing of them."""

    email: str = ""
    """Where the payer's own receipt goes, if the gateway may know it."""


@dataclass(frozen=True)
class Saved:
    """A way of paying that the gateway keeps for a customer."""

    reference: str
    kind: Way
    words: str
    expires_on: date | None = None


@dataclass(frozen=True)
class MandateTold:
    """Whether an account may be debited any more, by the gateway's name of it."""

    method: str
    may_debit: bool


@dataclass(frozen=True, kw_only=True)
class Told:
    """What the gateway says of a payment at this moment."""

    stage: Stage
    payment: str = ""
    """The gateway's name for it; a page that nobody has submitted has none yet."""

    session: str = ""
    attempt: str = ""
    organization: str = ""
    amount: Money | None = None
    payer: str = ""
    live: bool = False
    instrument: str = ""
    fee: Money | None = None
    saved: Saved | None = None
    """A way of paying that the payer agreed to leave with the gateway."""

    failure_code: str = ""
    failure: str = ""
    may_be_retried: bool = False
    needs_payer: bool = False
    happened_at: datetime | None = None
    begun_at: datetime | None = None
    """When the payment was begun there: a debit clears some days later."""

    taken_back: Money | None = None
    """What the payer's bank took back after it had come in."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """The gateway's own page for one payment. ``told`` is how the payment behind it stands.

    A page that awaits a transfer is not open any more, and its ``url`` tells the account again.
    """

    session: str
    url: str
    is_open: bool
    told: Told

    @property
    def awaits_transfer(self) -> bool:
        """Whether the payer chose to transfer the money, which has not arrived."""
        return not self.is_open and self.told.stage is Stage.REQUIRES_ACTION


@dataclass(frozen=True, kw_only=True)
class RefundTold:
    """What the gateway says of a refund at this moment."""

    reference: str
    refund: str = ""
    organization: str = ""
    payment: str = ""
    amount: Money
    state: str
    """'pending', 'succeeded', 'failed' or 'canceled'."""

    failure: str = ""


@dataclass(frozen=True, kw_only=True)
class DisputeTold:
    """What the gateway says of a dispute at this moment."""

    reference: str
    payment: str
    """The gateway's name of the payment that is disputed."""

    amount: Money
    state: str
    """'warning', which moves no money, 'open', 'won' or 'lost'."""

    withdrawn: bool
    """Whether the gateway has taken the money from us."""

    held: bool
    """Whether it can still be won; a debit that a bank took back cannot."""

    fee: Money | None = None
    """What the gateway keeps for it, in the currency that it counts its fees in."""

    reason: str = ""
    opened_at: datetime
    due_by: datetime | None = None


class PaymentGateway(ChargeRules, Protocol):
    """A gateway that takes money for us. Calls block; nobody makes them inside a transaction."""

    def ways(self, currency: str) -> Sequence[Way]:
        """The ways in which an amount of that currency can be paid on its page."""

    def know_payer(self, payer: Payer) -> str:
        """Make the customer known there; returns its name for them. The same again, the same."""

    def open_page(
        self, asked: Asked, *, saves: bool, back: str, closes_at: datetime, given_up: str
    ) -> Page:
        """Open the page behind which the amount can be paid, or find the one opened before.

        ``back`` is where the payer returns, with the page's name in the place of ``{session}``;
        ``given_up`` is where they go who leave. With ``saves`` the page offers to keep the way of
        paying, for the payer to agree or not.
        """

    def look_at_page(self, session: str) -> Page:
        """How a page and the payment behind it stand."""

    def close_page(self, session: str) -> Page:
        """Close a page. One that was completed first stays completed: the answer says so."""

    def begin_charge(self, asked: Asked, *, method: str) -> str:
        """Prepare to charge a saved way of paying; moves nothing. Returns the payment's name."""

    def confirm_charge(self, attempt: str, payment: str, *, payer_is_there: bool = False) -> Told:
        """Charge it. A refusal of the payer's bank is a ``Told`` that failed.

        While the payer is away a bank that wants to ask them refuses; while they are there it
        is a ``Told`` that requires action.
        """

    def look_at_payment(self, payment: str) -> Told:
        """How a payment stands."""

    def cancel_payment(self, payment: str) -> Told:
        """Give a payment up, if it can be; the answer says how it stands."""

    def find_payment(self, attempt: str, *, payer: str, since: datetime) -> Told | None:
        """Look a payment up by our id of the attempt, where its own name was never heard."""

    def look_at_transfer(self, payer: str, reference: str) -> TransferTold | None:
        """A transfer that arrived for a payer; None if the news is of another kind of money."""

    def begin_taking(self, asked: Asked) -> str:
        """Prepare to take what a payer transferred; moves nothing. Returns the payment's name."""

    def take_transferred(self, payment: str) -> Told:
        """Take it. If it does not lie there any more, the payment is given up: nothing moved."""

    def untaken(self, payer: str) -> Sequence[Money]:
        """What a payer transferred that lies there untaken, in each currency."""

    def look_at_method(self, method: str) -> Saved | None:
        """A way of paying as it is kept there now; None once it was let go."""

    def look_at_mandate(self, mandate: str) -> MandateTold:
        """What a payer's permission to debit their account is worth now."""

    def saved_by(self, payer: str) -> Sequence[Saved]:
        """The ways of paying that a customer left there."""

    def forget(self, method: str) -> None:
        """Let a saved way of paying go. One that is gone already is fine."""

    def refund(self, refund: str, *, organization: str, payment: str, amount: Money) -> RefundTold:
        """Give money back the way it came. ``refund`` is our id of it, and makes the key."""

    def look_at_refund(self, reference: str) -> RefundTold:
        """How a refund stands."""

    def find_refund(self, refund: str, *, payment: str) -> RefundTold | None:
        """Look a refund up by our id of it, where its own name was never heard."""

    def refunds_since(self, moment: datetime) -> Iterator[RefundTold]:
        """Every refund that was made there since then, by us or not, as it stands now."""

    def look_at_dispute(self, reference: str) -> DisputeTold:
        """How a dispute stands."""

    def hear(self, body: bytes, signature: str) -> News:
        """News as it was sent, if the gateway signed it; otherwise Forged."""

    def news_since(self, moment: datetime) -> Iterator[News]:
        """All news since then that we follow, for whatever was not delivered."""

    def payments_since(self, moment: datetime) -> Iterator[Told]:
        """Every payment that was asked for there since then, as it stands now."""
