"""The words for events of the ledger: one fixed phrase each, never somebody's free text."""

from __future__ import annotations

from collections.abc import Sequence

from billing_app.ledger.events import Event

# "{on}" is the documents an event was about, said as the phrase needs it or left out.
_PHRASES: dict[Event, tuple[str, str]] = {
    Event.INVOICE_ISSUED: ("{on}", "Invoice"),
    Event.INVOICE_VOIDED: ("{on} voided", "Invoice voided"),
    Event.PAYMENT_RECEIVED: ("Payment for {on}", "Payment"),
    Event.PAYMENT_REVERSED: ("Payment for {on} taken back", "Payment taken back"),
    Event.PAYMENT_ALLOCATED: ("Unidentified money applied to {on}", "Unidentified money applied"),
    Event.GATEWAY_FEE: ("Fee of the payment provider", "Fee of the payment provider"),
    Event.PAYMENT_UNIDENTIFIED: ("Unidentified money", "Unidentified money"),
    Event.CREDIT_APPLIED: ("Credit applied to {on}", "Credit applied"),
    Event.CREDIT_RETURNED: ("Credit returned from {on}", "Credit returned"),
    Event.CREDIT_NOTE_ISSUED: ("Credit note on {on}", "Credit note"),
    Event.REFUND_STILL_OWED: ("Refund, owed again on {on}", "Refund"),
    Event.REFUND_NO_LONGER_OWED: ("Refund, owed no more on {on}", "Refund"),
    Event.REFUND_FROM_CREDIT: ("Refund of credit", "Refund of credit"),
    Event.REFUND_REVERSED: (
        "Refund of {on} taken back",
        "Refund taken back",
    ),
    Event.DISPUTE_OPENED: ("Disputed payment held", "Disputed payment held"),
    Event.DISPUTE_WON: ("Dispute won", "Dispute won"),
    Event.DISPUTE_LOST: ("Dispute lost, owed again on {on}", "Dispute lost"),
    Event.BAD_DEBT: ("Bad debt on {on}", "Bad debt"),
    Event.SMALL_BALANCE: ("Small balance let go on {on}", "Small balance let go"),
    Event.WRITE_OFF_REVERSED: (
        "Write-off on {on} taken back",
        "Write-off taken back",
    ),
    Event.ADJUSTMENT: ("Adjustment of credit", "Adjustment of credit"),
}

# What a customer reads instead: that we gave a debt up, or did not know whose money it was, is
# ours to know.
_TO_CUSTOMERS: dict[Event, tuple[str, str]] = {
    Event.PAYMENT_ALLOCATED: _PHRASES[Event.PAYMENT_RECEIVED],
    Event.BAD_DEBT: ("{on} closed", "Invoice closed"),
    Event.SMALL_BALANCE: ("Rest of {on} let go", "Rest let go"),
    Event.WRITE_OFF_REVERSED: ("{on} open again", "Invoice open again"),
}


def said(
    event: str, numbers: Sequence[str] = (), detail: str = "", *, to_customer: bool = False
) -> str:
    """What happened, on which invoices, and how. An event without words is our mistake."""
    usual = _PHRASES[Event(event)]
    about, alone = _TO_CUSTOMERS.get(Event(event), usual) if to_customer else usual
    on = f"Invoice{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"
    words = about.format(on=on) if numbers else alone
    return f"{words} ({detail})" if detail else words
