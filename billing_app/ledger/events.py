"""The events the ledger knows, and what each of them does to an invoice."""

from __future__ import annotations

from enum import StrEnum


class Event(StrEnum):
    """Why value moved. An entry is known by its event and the one act behind it."""

    INVOICE_ISSUED = "invoice_issued"
    INVOICE_VOIDED = "invoice_voided"
    PAYMENT_RECEIVED = "payment_received"
    PAYMENT_REVERSED = "payment_reversed"
    PAYMENT_ALLOCATED = "payment_allocated"
    PAYMENT_UNIDENTIFIED = "payment_unidentified"
    GATEWAY_FEE = "gateway_fee"
    CREDIT_APPLIED = "credit_applied"
    CREDIT_RETURNED = "credit_returned"
    CREDIT_NOTE_ISSUED = "credit_note_issued"
    REFUND_STILL_OWED = "refund_still_owed"
    REFUND_NO_LONGER_OWED = "refund_no_longer_owed"
    REFUND_FROM_CREDIT = "refund_from_credit"
    REFUND_REVERSED = "refund_reversed"
    DISPUTE_OPENED = "dispute_opened"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
    BAD_DEBT = "bad_debt"
    SMALL_BALANCE = "small_balance"
    WRITE_OFF_REVERSED = "write_off_reversed"
    ADJUSTMENT = "adjustment"


OF_INVOICES = frozenset({Event.INVOICE_ISSUED, Event.INVOICE_VOIDED})
"""What happens to an invoice itself, with no other act behind it."""


class Effect(StrEnum):
    """Which figure of an invoice a posting on its receivable belongs to."""

    TOTAL = "total"
    PAID = "paid"
    CREDITED = "credited"
    WRITTEN_OFF = "written off"


# Every event that may post on a receivable has exactly one effect there, so that
# paid + credited + written off + still to pay is the total by construction.
EFFECTS: dict[Event, Effect] = {
    Event.INVOICE_ISSUED: Effect.TOTAL,
    Event.INVOICE_VOIDED: Effect.TOTAL,
    Event.PAYMENT_RECEIVED: Effect.PAID,
    Event.PAYMENT_REVERSED: Effect.PAID,
    Event.PAYMENT_ALLOCATED: Effect.PAID,
    Event.CREDIT_APPLIED: Effect.PAID,
    Event.CREDIT_RETURNED: Effect.PAID,
    Event.REFUND_STILL_OWED: Effect.PAID,
    Event.REFUND_REVERSED: Effect.PAID,
    Event.DISPUTE_LOST: Effect.PAID,
    Event.CREDIT_NOTE_ISSUED: Effect.CREDITED,
    Event.REFUND_NO_LONGER_OWED: Effect.CREDITED,
    Event.BAD_DEBT: Effect.WRITTEN_OFF,
    Event.SMALL_BALANCE: Effect.WRITTEN_OFF,
    Event.WRITE_OFF_REVERSED: Effect.WRITTEN_OFF,
}


def events_with(effect: Effect) -> list[Event]:
    """The events whose postings on a receivable make up this figure of an invoice."""
    return [event for event, has in EFFECTS.items() if has is effect]
