"""What is wanted of the list of payments, from the words of its address."""

from __future__ import annotations

from collections.abc import Mapping

from billing_app.kernel.currencies import read_currency
from billing_app.kernel.entries import read_day
from billing_app.kernel.errors import Invalid
from billing_app.reads.payment_lists import PaymentFilter, Shelf
from billing_app.reads.statuses import Flag

WORDS = ("search", "standing", "way", "flag", "currency", "since", "until")
"""What an address of the list may say."""

WAYS = {
    "card": "Card",
    "direct_debit": "Direct debit",
    "bank_transfer": "Bank transfer",
    "cash": "Cash",
    "cheque": "Cheque",
    "other": "Other",
}
FLAGS = {
    Flag.REFUNDED: "Something was refunded",
    Flag.DISPUTED: "Disputed",
    Flag.TAKEN_BACK: "Taken back",
    Flag.UNPLACED: "Waits to be placed",
}


def wanted(words: Mapping[str, str]) -> PaymentFilter:
    """The filter that these words ask for. What cannot be understood is Invalid, by its field."""
    said = {word: words.get(word, "").strip() for word in WORDS}
    shelf = said["standing"]
    if said["way"] and said["way"] not in WAYS:
        raise Invalid("Choose one of the ways to pay.", field="way")
    return PaymentFilter(
        shelf=Shelf(shelf) if shelf in set(Shelf) else Shelf.RECEIVED,
        way=said["way"],
        flag=said["flag"],
        currency=read_currency(said["currency"]) if said["currency"] else "",
        since=read_day(said["since"], field="since"),
        until=read_day(said["until"], field="until"),
        search=said["search"],
    )
