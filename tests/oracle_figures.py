"""What the oracle knows of one organization's books, and the figures that follow from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

Facts = dict[str, Any]


class Refused(Exception):
    """The domain does not allow it."""


def demand(holds: object) -> None:
    if not holds:
        raise Refused


class Figures:
    """One organization's books. ``today`` is set by whoever moves the clock."""

    def __init__(self, customers: Sequence[str], partners: Sequence[str], today: date) -> None:
        self.today = today
        self.customers, self.partners = list(customers), list(partners)
        self.closed_until: date | None = None
        self.rules: Facts = {"invoices": False, "requests": False, "by_line": False}
        self.rules |= {"inclusive": False, "small": 0}
        self.kept: Facts = {
            name: {}
            for name in (
                "invoices",
                "requests",
                "payments",
                "lots",
                "refunds",
                "losses",
                "receipts",
            )
        }
        self.kept |= {"applied": [], "accounts": defaultdict(int), "notes": 0, "lot": 0}

    # What is there.

    @property
    def invoices(self) -> dict[str, Facts]:
        return self.kept["invoices"]

    @property
    def requests(self) -> dict[str, Facts]:
        return self.kept["requests"]

    @property
    def payments(self) -> dict[str, Facts]:
        return self.kept["payments"]

    @property
    def receipts(self) -> dict[str, Facts]:
        return self.kept["receipts"]

    @property
    def lots(self) -> dict[int, Facts]:
        return self.kept["lots"]

    def paid(self, document: str) -> int:
        return sum(each["left"] for each in self.kept["applied"] if each["to"] == document)

    def still(self, invoice_id: str) -> int:
        invoice = self.invoices[invoice_id]
        if invoice["state"] != "issued":
            return 0
        lowered = invoice["credited"] + invoice["written_off"]
        return invoice["total"] - lowered - self.paid(invoice_id)

    def asks(self, request_id: str) -> int:
        request = self.requests[request_id]
        return request["total"] - self.paid(request_id) if request["state"] == "raised" else 0

    def credit(self, customer: str, currency: str) -> list[Facts]:
        """Lots with something left, the oldest first."""
        mine = (customer, currency)
        return [
            lot
            for lot in sorted(self.lots.values(), key=lambda lot: (lot["on"], lot["key"]))
            if (lot["of"], lot["currency"]) == mine and lot["left"]
        ]

    def kept_on(self, invoice_id: str) -> int:
        """What was paid on an invoice and not handed back by a credit note."""
        return max(self.paid(invoice_id) - self.invoices[invoice_id]["handed_back"], 0)

    def refunded(self, payment_id: str, invoice_id: str = "") -> int:
        return sum(
            refund["amount"]
            for refund in self.kept["refunds"].values()
            if refund["payment"] == payment_id
            and invoice_id in ("", refund["noted_on"])
            and not refund["undone"]
        )

    def on_invoices(self, payment_id: str) -> list[Facts]:
        """What a payment or its credit pays on invoices, the latest first."""
        return [
            each
            for each in reversed(self.kept["applied"])
            if each["left"]
            and each["to"] in self.invoices
            and payment_id
            == (each["key"] if each["kind"] == "payment" else self.lots[each["key"]]["payment"])
        ]

    def returnable(self, payment_id: str, invoice_id: str) -> int:
        pays = self.on_invoices(payment_id)
        applied = sum(each["left"] for each in pays if each["to"] == invoice_id)
        noted = self.refunded(payment_id, invoice_id)
        return min(applied - noted, self.kept_on(invoice_id))
