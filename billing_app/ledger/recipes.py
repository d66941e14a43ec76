"""What each event moves: the one decomposition of each row in ``docs/ledger.md``.

Pure functions from facts to transfers. An event with several legs could be split into
pairs in many ways; here it is always split the same way, so that two entries of one event
can be compared leg by leg. Parts that are zero move nothing and are left out.

No partner's account ever shares a transfer with a private discount (4110) or with a
customer's cash: what a partner may learn of could otherwise be reckoned back.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from billing_app.kernel.money import Money
from billing_app.ledger import accounts
from billing_app.ledger.accounts import (
    BAD_DEBTS,
    BANK,
    DISPUTE_FEES,
    GATEWAY,
    GATEWAY_FEES,
    GOODWILL,
    OWN_SALES,
    SMALL_BALANCES,
    TAX_PAYABLE,
    Account,
)
from billing_app.ledger.transfers import Transfers, moves

Parts = Sequence[tuple[Account, Money]]
"""Amounts, each with the account it is about: an invoice's receivable, or a lot of credit."""


def invoice_issued(owed: Account, *, net: Money, tax: Money) -> Transfers:
    """We sold something of our own. ``owed`` is the customer's or partner's receivable."""
    return moves(owed, OWN_SALES, net) + moves(owed, TAX_PAYABLE, tax)


def agent_invoice_issued(
    owed: Account,
    *,
    customer_id: UUID,
    share: Account,
    agreed_share: Money,
    commission: Money,
    tax: Money,
    discount: Money,
) -> Transfers:
    """We sold what is a partner's, at list price; a private discount is a transfer of its own.

    When the partner gets everything and is invoiced for our commission, ``commission`` and
    ``tax`` are zero here.
    """
    assert share.party_id is not None, "a share is divided by partner"
    return (
        moves(owed, share, agreed_share)
        + moves(owed, accounts.commission(share.party_id), commission)
        + moves(owed, TAX_PAYABLE, tax)
        + moves(accounts.discounts(customer_id), owed, discount)
    )


def commission_invoice_issued(
    owed: Account, *, partner_id: UUID, commission: Money, tax: Money
) -> Transfers:
    """We invoice a partner for our commission on what they were paid in full."""
    return moves(owed, accounts.commission(partner_id), commission) + moves(owed, TAX_PAYABLE, tax)


def payment_received(parts: Parts, *, into: Account = BANK) -> Transfers:
    """Money came in and was applied at once: to invoices, and what is over to credit."""
    return tuple(transfer for to, amount in parts for transfer in moves(into, to, amount))


def gateway_fee(amount: Money) -> Transfers:
    """The gateway keeps its fee out of the money that it holds for us."""
    return moves(GATEWAY_FEES, GATEWAY, amount)


def payment_unidentified(receipt: Account, amount: Money, *, into: Account = BANK) -> Transfers:
    """Money came in and nobody knows from whom."""
    return moves(into, receipt, amount)


def payment_allocated(receipt: Account, parts: Parts) -> Transfers:
    """Money that was nobody's is applied: to invoices, or to a customer's credit."""
    return tuple(transfer for to, amount in parts for transfer in moves(receipt, to, amount))


def credit_applied(owed: Account, lots: Parts) -> Transfers:
    """Credit pays an invoice, lot by lot."""
    return tuple(transfer for lot, amount in lots for transfer in moves(lot, owed, amount))


def credit_returned(owed: Account, lots: Parts) -> Transfers:
    """Credit that had paid an invoice goes back to the customer."""
    return tuple(transfer for lot, amount in lots for transfer in moves(owed, lot, amount))


def credit_note_issued(
    owed: Account,
    *,
    net: Money,
    tax: Money,
    to_credit: Parts = (),
    outside: Money | None = None,
) -> Transfers:
    """An invoice asks for less. The note counts in full against the receivable.

    What exceeds what was still to pay leaves the receivable again: to the customer's
    credit, or to the bank when it was handed back outside. What is refunded leaves it by
    the refund, which is posted before the note.
    """
    lowered = moves(OWN_SALES, owed, net) + moves(TAX_PAYABLE, owed, tax)
    handed_back = moves(owed, BANK, outside) if outside is not None else ()
    return lowered + credit_returned(owed, to_credit) + handed_back


def refund(parts: Parts, *, out_of: Account = BANK, lost: Money | None = None) -> Transfers:
    """Money goes back: out of what was paid on invoices, or out of lots of credit.

    Whether the customer still owes it is told by the event, not by the accounts. ``lost`` is
    what comes off nothing any more, because the payer's bank had taken it as well.
    """
    taken = tuple(transfer for paid, amount in parts for transfer in moves(paid, out_of, amount))
    return taken if lost is None else taken + moves(BAD_DEBTS, out_of, lost)


def refund_came_back(lot: Account, amount: Money, *, lost: Money) -> Transfers:
    """The payer's bank did not take a refund, and what it was for asks for no money: credit.

    ``lost`` is what of the refund had come off nothing, and so is no loss any more.
    """
    return moves(GATEWAY, lot, amount) + moves(GATEWAY, BAD_DEBTS, lost)


def dispute_opened(held: Account, amount: Money, *, fee: Money) -> Transfers:
    """The gateway holds what is disputed, and keeps a fee for that."""
    return moves(held, GATEWAY, amount) + moves(DISPUTE_FEES, GATEWAY, fee)


def dispute_won(held: Account, amount: Money) -> Transfers:
    """What was held is ours again. The fee is not."""
    return moves(GATEWAY, held, amount)


def dispute_fee(fee: Money) -> Transfers:
    """The gateway keeps its fee for a dispute in another currency than what is disputed."""
    return moves(DISPUTE_FEES, GATEWAY, fee)


def taken_back(gone_from: Account, parts: Parts, *, lost: Money) -> Transfers:
    """The payer's bank has the money for good: what it had paid asks for its money again.

    ``lost`` is what no document asks for, because it had gone back to the payer before.
    """
    asked = tuple(transfer for paid, amount in parts for transfer in moves(paid, gone_from, amount))
    return asked + moves(BAD_DEBTS, gone_from, lost)


def bad_debt(owed: Account, *, net: Money, tax: Money) -> Transfers:
    """We gave up on what is owed. ``tax`` is what the law lets us take back of it."""
    return moves(BAD_DEBTS, owed, net) + moves(TAX_PAYABLE, owed, tax)


def small_balance(owed: Account, amount: Money) -> Transfers:
    """A rest too small to ask for is let go."""
    return moves(SMALL_BALANCES, owed, amount)


def credit_granted(lot: Account, amount: Money) -> Transfers:
    """A customer's credit is raised by hand."""
    return moves(GOODWILL, lot, amount)


def credit_taken_back(lots: Parts) -> Transfers:
    """A customer's credit is lowered by hand."""
    return tuple(transfer for lot, amount in lots for transfer in moves(lot, GOODWILL, amount))
