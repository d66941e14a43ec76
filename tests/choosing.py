"""Which documents, payments and lots a command about money could mean at the moment."""

from __future__ import annotations

from typing import Any

from billing_app.kernel.money import Money
from tests.books_machine import BooksMachine


class ChoosingMachine(BooksMachine):
    """What the oracle knows, as lists to pick from."""

    def or_none(self, minor: int | None, currency: str) -> Money | None:
        return None if minor is None else Money(minor, currency)

    def asked(self, document: str) -> int:
        is_invoice = document in self.oracle.invoices
        return self.oracle.still(document) if is_invoice else self.oracle.asks(document)

    def open_documents(self) -> list[str]:
        return self.unpaid() + [each for each in self.oracle.requests if self.oracle.asks(each)]

    def issued(self) -> list[str]:
        """What stands and was not credited yet as a whole."""
        return self._having(
            lambda invoice: invoice["state"] == "issued" and invoice["total"] > invoice["noted"]
        )

    def standing(self) -> list[str]:
        kept = self.oracle.payments.items()
        standing = [each for each, payment in kept if not payment["taken_back"]]
        return [each for each in standing if self.there_of(each)]

    def there_of(self, payment_id: str) -> int:
        """What of a payment lies in credit or on invoices, at most."""
        mine = [lot for lot in self.oracle.lots.values() if lot["payment"] == payment_id]
        paid = [each for payment, each in self.returnable() if payment == payment_id]
        on_invoices = sum(self.oracle.returnable(payment_id, each) for each in {*paid})
        return sum(lot["left"] for lot in mine) + on_invoices

    def requests_that_are(self, state: str) -> list[str]:
        return [each for each, said in self.oracle.requests.items() if said["state"] == state]

    def credit_for(self, invoice_id: str) -> int:
        invoice = self.oracle.invoices[invoice_id]
        return sum(lot["left"] for lot in self.oracle.credit(invoice["of"], invoice["currency"]))

    def payable_from_credit(self) -> list[str]:
        return [each for each in self.unpaid() if self.credit_for(each)]

    def asking(self) -> list[str]:
        return [each for each in self.oracle.requests if self.oracle.asks(each)]

    def closable(self) -> list[str]:
        said = self.oracle.requests
        return [each for each in self.asking() if self.oracle.free(said[each])]

    def lots_left(self) -> list[dict[str, Any]]:
        return [lot for lot in self.oracle.lots.values() if lot["left"]]

    def some_credit(self, which: int) -> tuple[str, str, int]:
        lots = self.lots_left()
        lot = lots[which % len(lots)]
        there = sum(each["left"] for each in self.oracle.credit(lot["of"], lot["currency"]))
        return lot["of"], lot["currency"], there

    def returnable(self) -> list[tuple[str, str]]:
        """Payments with an invoice that they pay, or that their credit pays."""
        return [
            (payment_id, each["to"])
            for payment_id in self.oracle.payments
            for each in self.oracle.on_invoices(payment_id)
        ]
