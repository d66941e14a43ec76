"""What a paper says, in figures and in the words that people typed; no sentence of ours yet.

Amounts are minor units of the paper's one currency. Beside the figures that a page shows stand
those that the books hold, read on another path, so that whoever prints can compare them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

Said = dict[str, dict[str, Any]]
"""Both sides by ``from`` and ``to``, each with names, addresses and numbers."""


class Kind(StrEnum):
    """What a paper is."""

    INVOICE = "invoice"
    CREDIT_REQUEST = "credit_request"
    CREDIT_NOTE = "credit_note"
    RECEIPT = "receipt"
    STATEMENT = "statement"


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two whom a paper is between."""

    name: str
    address: str = ""
    abn: str = ""
    tax_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands on every paper."""

    id: str
    kind: Kind
    number: str
    currency: str
    locale: str
    issuer: Side
    recipient: Side
    dated_on: date
    as_at: date | None
    """The day as which a current copy tells how things stand; None as issued."""

    colour: str = ""
    logo: bytes = field(default=b"", repr=False)
    is_letter: bool = False
    """Whether the page is a US Letter; otherwise it is A4."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that is charged for, or taken off."""

    description: str
    net: int
    tax: int
    gross: int
    quantity_milli: int = 0
    unit_price: int = 0
    discount_bp: int = 0
    tax_bp: int = 0


@dataclass(frozen=True)
class Tax:
    """The sums for one tax."""

    name: str
    rate_bp: int
    net: int
    tax: int


@dataclass(frozen=True)
class Part:
    """One due part of a plan."""

    due_on: date
    minor: int


@dataclass(frozen=True, kw_only=True)
class Position:
    """How a document stands as at a day. Settled is all that is neither credited nor open."""

    credited: int
    settled: int
    still_to_pay: int
    noted: int = 0
    """What credit notes are over, with what had been paid already and went back."""

    void_on: date | None = None
    pay_address: str = ""


@dataclass(frozen=True, kw_only=True)
class Charge:
    """An invoice, a Credit Request, or a credit note."""

    head: Head
    net: int
    tax: int
    total: int
    booked_total: int
    """What the ledger posted for it; a Credit Request posts nothing."""

    lines: tuple[Line, ...] = ()
    taxes: tuple[Tax, ...] = ()
    parts: tuple[Part, ...] = ()
    prices_include_tax: bool = False
    due_on: date | None = None
    reference: str = ""
    note: str = ""
    bank_details: str = ""
    about: str = ""
    """The number of the invoice that a credit note lowers."""

    about_on: date | None = None
    reason_code: str = ""
    position: Position | None = None
    booked_left: int = 0
    """What the books say is still to pay, reckoned from their rows."""


@dataclass(frozen=True)
class Applied:
    """A document that money was applied to, and how much of it."""

    kind: Kind
    number: str
    minor: int


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """That money came in, and what it was for."""

    head: Head
    amount: int
    booked_amount: int
    method: str
    reference: str = ""
    applied: tuple[Applied, ...] = ()
    credit: int = 0
    """What became credit and was not for a Credit Request."""

    refunded: int = 0
    lost: int = 0
    """What the payer's bank has taken back since."""

    is_taken_back: bool = False


@dataclass(frozen=True, kw_only=True)
class Move:
    """One event of a statement, as it moved the balance."""

    on: date
    event: str
    numbers: tuple[str, ...]
    detail: str
    minor: int


@dataclass(frozen=True)
class Asked:
    """A Credit Request of the range: no debt, and in no sum."""

    on: date
    number: str
    total: int
    still_to_pay: int


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What moved for a customer in a range of days, both included.

    The balance is what we hold for them less what they owe: below zero, they owe. The
    closing balance is read from the kept totals, the moves from the postings.
    """

    head: Head
    since: date
    until: date
    opening: int
    closing: int
    moves: tuple[Move, ...]
    requests: tuple[Asked, ...] = ()


Paper = Charge | Receipt | Statement


def read_sides(snapshot: str) -> Said:
    """What a document kept of both sides when it was issued."""
    found: Said = json.loads(snapshot)
    return found
