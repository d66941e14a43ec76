"""The chart of accounts, and one account of it as a side of a transfer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Code(StrEnum):
    """Every account there is, by its number."""

    BANK = "1000"
    GATEWAY_CLEARING = "1010"
    CUSTOMER_RECEIVABLE = "1100"
    PARTNER_RECEIVABLE = "1110"
    DISPUTES_HELD = "1150"
    TAX_ON_PURCHASES = "1200"
    CUSTOMER_CREDIT = "2000"
    UNIDENTIFIED_RECEIPTS = "2010"
    SHARE_UNFUNDED = "2100"
    SHARE_FUNDED = "2110"
    PAYOUTS_IN_TRANSIT = "2150"
    TAX_PAYABLE = "2200"
    OWN_SALES = "4000"
    COMMISSION = "4100"
    DISCOUNTS_GIVEN = "4110"
    SURCHARGES = "4200"
    GATEWAY_FEES = "5000"
    REFERRAL_COMMISSION = "5050"
    BAD_DEBTS = "5100"
    GOODWILL = "5150"
    DISPUTE_FEES = "5200"
    SMALL_BALANCES = "5900"


class Kind(StrEnum):
    """What an account is about."""

    ASSET = "asset"
    LIABILITY = "liability"
    INCOME = "income"
    EXPENSE = "expense"


class Side(StrEnum):
    """The side on which an account grows."""

    DEBIT = "debit"
    CREDIT = "credit"


@dataclass(frozen=True)
class Chapter:
    """What the chart says of one account: its name, its kind, what it is divided by.

    ``party`` and ``item`` say whether every posting on it names a customer or partner, and
    an invoice, receipt, payment, credit lot or payout; with ``some_party`` a few name a party.
    ``totals`` says whether sums by month and day are kept for a party's statement.
    """

    name: str
    kind: Kind
    party: bool = False
    some_party: bool = False
    item: bool = False
    totals: bool = False
    contra: bool = False

    @property
    def grows_on(self) -> Side:
        """The side on which the balance is positive."""
        debit = self.kind in (Kind.ASSET, Kind.EXPENSE)
        return Side.DEBIT if debit != self.contra else Side.CREDIT


CHART: dict[Code, Chapter] = {
    Code.BANK: Chapter("Bank", Kind.ASSET),
    Code.GATEWAY_CLEARING: Chapter("Gateway clearing", Kind.ASSET),
    Code.CUSTOMER_RECEIVABLE: Chapter(
        "Receivable — customers", Kind.ASSET, party=True, item=True, totals=True
    ),
    Code.PARTNER_RECEIVABLE: Chapter(
        "Receivable — partners", Kind.ASSET, party=True, item=True, totals=True
    ),
    Code.DISPUTES_HELD: Chapter("Disputes held", Kind.ASSET, item=True),
    Code.TAX_ON_PURCHASES: Chapter("GST on purchases", Kind.ASSET),
    Code.CUSTOMER_CREDIT: Chapter(
        "Customer credit", Kind.LIABILITY, party=True, item=True, totals=True
    ),
    Code.UNIDENTIFIED_RECEIPTS: Chapter(
        "Unidentified receipts", Kind.LIABILITY, some_party=True, item=True
    ),
    Code.SHARE_UNFUNDED: Chapter(
        "Partner share — unfunded", Kind.LIABILITY, party=True, item=True, totals=True
    ),
    Code.SHARE_FUNDED: Chapter(
        "Partner share — funded", Kind.LIABILITY, party=True, item=True, totals=True
    ),
    Code.PAYOUTS_IN_TRANSIT: Chapter("Payouts in transit", Kind.LIABILITY, item=True),
    Code.TAX_PAYABLE: Chapter("GST payable", Kind.LIABILITY),
    Code.OWN_SALES: Chapter("Own sales", Kind.INCOME),
    Code.COMMISSION: Chapter("Commission income", Kind.INCOME, party=True),
    Code.DISCOUNTS_GIVEN: Chapter(
        "Discounts given from commission", Kind.INCOME, party=True, contra=True
    ),
    Code.SURCHARGES: Chapter("Surcharges, late fees", Kind.INCOME),
    Code.GATEWAY_FEES: Chapter("Gateway fees", Kind.EXPENSE),
    Code.REFERRAL_COMMISSION: Chapter("Referral commission", Kind.EXPENSE, party=True),
    Code.BAD_DEBTS: Chapter("Bad debts", Kind.EXPENSE),
    Code.GOODWILL: Chapter("Goodwill, balance adjustments", Kind.EXPENSE),
    Code.DISPUTE_FEES: Chapter("Dispute fees", Kind.EXPENSE),
    Code.SMALL_BALANCES: Chapter("Rounding, small balances", Kind.EXPENSE),
}

RECEIVABLES = (Code.CUSTOMER_RECEIVABLE, Code.PARTNER_RECEIVABLE)
"""The accounts whose item is an invoice: together they say what is still to pay on it."""


@dataclass(frozen=True)
class Account:
    """A pocket of value: a code of the chart, divided by party and item where it says so."""

    code: Code
    party_id: UUID | None = None
    item_id: UUID | None = None

    def __post_init__(self) -> None:
        chapter = CHART[self.code]
        if self.party_id is None and chapter.party:
            raise ValueError(f"Account {self.code} is divided by party; name one.")
        if self.party_id is not None and not (chapter.party or chapter.some_party):
            raise ValueError(f"Account {self.code} is nobody's; name no party.")
        if (self.item_id is None) == chapter.item:
            raise ValueError(f"Account {self.code} is divided by item, or is not; look again.")


BANK = Account(Code.BANK)
GATEWAY = Account(Code.GATEWAY_CLEARING)
GATEWAY_FEES = Account(Code.GATEWAY_FEES)
TAX_PAYABLE = Account(Code.TAX_PAYABLE)
OWN_SALES = Account(Code.OWN_SALES)
BAD_DEBTS = Account(Code.BAD_DEBTS)
GOODWILL = Account(Code.GOODWILL)
DISPUTE_FEES = Account(Code.DISPUTE_FEES)
SMALL_BALANCES = Account(Code.SMALL_BALANCES)


def receivable(customer_id: UUID, invoice_id: UUID) -> Account:
    """What a customer owes on one invoice."""
    return Account(Code.CUSTOMER_RECEIVABLE, customer_id, invoice_id)


def partner_receivable(partner_id: UUID, invoice_id: UUID) -> Account:
    """What a partner owes on one invoice."""
    return Account(Code.PARTNER_RECEIVABLE, partner_id, invoice_id)


def disputed(payment_id: UUID) -> Account:
    """What the gateway holds of a payment until a dispute about it is decided."""
    return Account(Code.DISPUTES_HELD, item_id=payment_id)


def credit(customer_id: UUID, lot_id: UUID) -> Account:
    """What is left of one lot of a customer's credit."""
    return Account(Code.CUSTOMER_CREDIT, customer_id, lot_id)


def unidentified(receipt_id: UUID, partner_id: UUID | None = None) -> Account:
    """What of a receipt is nobody's yet; of a partner's payment, when they paid too much."""
    return Account(Code.UNIDENTIFIED_RECEIPTS, partner_id, receipt_id)


def share_unfunded(partner_id: UUID, invoice_id: UUID) -> Account:
    """A partner's share of an invoice that the customer has not paid."""
    return Account(Code.SHARE_UNFUNDED, partner_id, invoice_id)


def share_funded(partner_id: UUID, invoice_id: UUID) -> Account:
    """A partner's share that may be paid out."""
    return Account(Code.SHARE_FUNDED, partner_id, invoice_id)


def commission(partner_id: UUID) -> Account:
    """What we earn for selling what is a partner's."""
    return Account(Code.COMMISSION, partner_id)


def discounts(customer_id: UUID) -> Account:
    """What we gave a customer out of our own commission. No partner ever learns of it."""
    return Account(Code.DISCOUNTS_GIVEN, customer_id)
