"""What happens at a gateway without our asking for it: news, and money that was transferred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from billing_app.kernel.money import Money


@dataclass(frozen=True, kw_only=True)
class TransferTold:
    """A bank transfer that arrived at the gateway, which never changes afterwards."""

    reference: str
    payer: str
    organization: str = ""
    """Ours, if the gateway was told whose customer the payer is."""

    amount: Money
    written: str
    """The reference, as whoever transferred it wrote it."""

    arrived_at: datetime
    live: bool = False


@dataclass(frozen=True, kw_only=True)
class News:
    """That something changed at the gateway. What it is now is asked for afresh."""

    reference: str
    kind: str
    about: str
    """The gateway's name for what changed."""

    live: bool
    happened_at: datetime
    organization: str = ""
    """Ours, where the gateway was told; empty where it cannot know."""

    payment: str = ""
    """The gateway's name of the payment that it is about, where it is about one."""

    payer: str = ""
    """The gateway's name of the customer whose money it is about, where it is about that."""

    related: Sequence[str] = field(default_factory=tuple)
    """The gateway's names of what it belongs to: a payment, a customer, a page."""
