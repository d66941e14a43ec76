"""What attempts and ways of paying through the payment provider are called on screen."""

from __future__ import annotations

# How an attempt stands, by the look and the words that it has.
STANDINGS = {
    "created": ("Processing", "Not finished"),
    "requires_action": ("Processing", "Not finished"),
    "processing": ("Processing", "On its way"),
    "unknown": ("Unknown", "Being checked"),
    "succeeded": ("Paid", "Received"),
    "failed": ("Failed", "Failed"),
    "canceled": ("Closed", "Not paid"),
    "reversed": ("Taken back", "Taken back"),
}
WAYS = {"card": "Card", "bank_transfer": "Bank transfer", "direct_debit": "Direct debit"}
