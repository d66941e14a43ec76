"""How a job says that it did not work. Anything else it raises is our own mistake."""

from __future__ import annotations


class TryLater(Exception):
    """It did not work this time. The sentence is fit for the log and for an admin."""


class NotReady(TryLater):
    """Something of the installation that it needs is not set. Waiting for that is no try."""


class GiveUp(Exception):
    """It will never work. The sentence is fit for the log and for an admin."""
