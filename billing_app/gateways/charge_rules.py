"""What is known of a gateway without asking it, so that it may be looked at anywhere."""

from __future__ import annotations

from typing import Protocol

from billing_app.kernel.money import Money


class ChargeRules(Protocol):
    """Which charges of saved ways of paying there is any point in asking a gateway for."""

    def takes(self, amount: Money) -> bool:
        """Whether so much can be charged there at all: not too little, and not too fine."""

    def is_for_good(self, code: str) -> bool:
        """Whether what was refused with this code will be again, until somebody sees to it."""
