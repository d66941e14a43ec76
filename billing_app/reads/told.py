"""What letters tell of documents and money: amounts and days, for each language to write."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from billing_app.kernel.money import Money
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice


@dataclass(frozen=True)
class Part:
    """A day by which some of a document is due, and what of that is still to pay."""

    on: date
    left: Money


@dataclass(frozen=True)
class Named:
    """A document: whether it is a Credit Request and no Invoice, and its number."""

    is_request: bool
    number: str


def named(document: Invoice | CreditRequest) -> Named:
    """What a letter calls a document, in whichever language."""
    return Named(isinstance(document, CreditRequest), document.number or "")


@dataclass(frozen=True, kw_only=True)
class AskedTold:
    """A document that asks for money, as it stands now."""

    document: Named
    total: Money
    covered: Money
    """What was paid, credited or taken from credit already."""

    still_to_pay: Money
    on_its_way: Money
    parts: tuple[Part, ...]
    """By which days what is still due and not on its way, the first one first; without a plan
    there is one."""

    part: int = 0
    parts_in_all: int = 0
    """Which part of its plan a letter is about; zero for the document as a whole."""

    today: date
    again: bool
    """Whether the same was asked by letter before."""

    signs_in: bool
    """Whether the link leads to the sign-in page, as it does for partners."""

    link: str = field(repr=False)


@dataclass(frozen=True)
class PaidTold:
    """What money was applied to, and what is still to pay there."""

    document: Named
    amount: Money
    still_to_pay: Money


@dataclass(frozen=True, kw_only=True)
class ReceiptTold:
    """Money that came in, and all it paid."""

    number: str
    amount: Money
    received_on: date
    method: str
    """``card``, ``bank_transfer``, ``direct_debit``, ``cash``, ``cheque`` or ``other``."""

    reference: str
    paid: tuple[PaidTold, ...]
    became_credit: Money
    unplaced: Money
    """What of a partner's payment no document of theirs asked for."""


@dataclass(frozen=True)
class AppliedTold:
    """Credit that was used for an invoice."""

    paid: PaidTold
    on: date


@dataclass(frozen=True, kw_only=True)
class RefundTold:
    """Money that goes back, and whether it is still owed."""

    amount: Money
    refunded_on: date
    by_gateway: bool
    choice: str
    """``still_owes``, ``no_longer_owes`` or ``from_credit``."""

    reference: str


@dataclass(frozen=True, kw_only=True)
class NoteTold:
    """A credit note, and what became of its amount."""

    number: str
    invoice: Named
    amount: Money
    lowered: Money
    to_credit: Money
    refunded: Money
    outside: Money
    still_to_pay: Money


@dataclass(frozen=True, kw_only=True)
class StatementTold:
    """A customer's balance before and after some days; below zero, they owe."""

    since: date
    until: date
    opening: Money
    charged: Money
    in_favour: Money
    closing: Money


@dataclass(frozen=True)
class AddressTold:
    """Whose letters go to another address now, and whether this letter went to that one."""

    customer: str
    is_new: bool


Told = AskedTold | ReceiptTold | AppliedTold | RefundTold | NoteTold | StatementTold | AddressTold
