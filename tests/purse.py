"""Customers' credit in tests: given, asked for, used and taken away, by the commands."""

from __future__ import annotations

from typing import Any

from billing_app.kernel.money import Money
from billing_app.models.credit import CreditRequest
from billing_app.services import adjusting, closing, crediting, requesting
from tests.billing import drawn
from tests.till import Till


class Purse(Till):
    """Somebody who keeps the credit of Marsh Design, unless another customer is named."""

    def turn_on(self, *settings: str) -> None:
        """Turn settings on, those for invoices unless others are named."""
        names = settings or ("apply_credit_to_invoices",)
        self.settings(**dict.fromkeys(names, True))

    def give(self, minor: int, currency: str = "AUD", **more: Any) -> str:
        """Raise the customer's credit; returns the adjustment's id."""
        said = {"customer_id": self.world.marsh, "reason": "For the delay"} | more
        amount, given = Money(minor, currency), drawn("adj")
        return self.does(lambda work: adjusting.raise_credit(work, given, amount=amount, **said))

    def take_off(self, minor: int, currency: str = "AUD", **more: Any) -> str:
        """Lower the customer's credit; returns the adjustment's id."""
        said = {"customer_id": self.world.marsh, "reason": "Given twice"} | more
        amount, taken = Money(minor, currency), drawn("adj")
        return self.does(lambda work: adjusting.lower_credit(work, taken, amount=amount, **said))

    def pay_from_credit(self, invoice_id: str, amount: Money | None = None, **more: Any) -> str:
        """'Pay From Credit'."""
        return self.does(
            lambda work: crediting.pay_from_credit(work, invoice_id, amount=amount, **more)
        )

    def ask(self, minor: int, currency: str = "AUD", **more: Any) -> str:
        """Draft a credit request; returns its id."""
        said = {"customer_id": self.world.marsh, "amount": Money(minor, currency)} | more
        asked = drawn("crq")
        return self.does(lambda work: requesting.draft_request(work, asked, **said))

    def request(self, minor: int, currency: str = "AUD", **more: Any) -> str:
        """Raise a credit request; returns its id."""
        return self.raises(self.ask(minor, currency), **more)

    def raises(self, request_id: str, **more: Any) -> str:
        """Raise the draft of a credit request."""
        return self.does(lambda work: requesting.raise_request(work, request_id, **more))

    def void(self, request_id: str, **more: Any) -> str:
        """Void a credit request."""
        said = {"reason": "Asked twice"} | more
        return self.does(lambda work: requesting.void_request(work, request_id, **said))

    def close(self, request_id: str, amount: Money | None = None, **more: Any) -> str:
        """Close a credit request because the credit is there."""
        return self.does(
            lambda work: closing.pay_request_from_credit(work, request_id, amount=amount, **more)
        )

    def asks(self, request_id: str) -> int:
        """What a credit request still asks for."""
        return int(self.told(CreditRequest, request_id, "still_to_pay_minor")[0])

    def left(self) -> list[int]:
        """What is left of each lot, in the order they came."""
        return [rest for _, _, rest in self.lots()]
