"""What came of charging somebody, as it stands in the books, in sentences."""

from __future__ import annotations

from typing import NamedTuple

from billing_app.kernel.refusals import shown
from billing_app.reads.attempts import AttemptView


class Told(NamedTuple):
    """A sentence, and whether it is what was hoped for."""

    words: str
    is_good: bool


def outcome(attempt: AttemptView) -> Told:
    """What came of an attempt, and whether money moved."""
    amount, instrument = shown(attempt.amount), attempt.instrument or "what was saved"
    why = f" {attempt.failure}" if attempt.failure else ""
    match attempt.state:
        case "succeeded":
            return Told(f"{amount} was charged to {instrument}.", True)
        case "processing":
            return Told(
                f"{amount} from {instrument} is on its way. It counts once it has cleared, which"
                " can take some days; please do not charge it again.",
                True,
            )
        case "failed" | "canceled" | "requires_action":
            return Told(
                f"{amount} was not charged, so no money moved.{why} You can try again below, or"
                " send the pay link.",
                False,
            )
        case _:
            return Told(
                f"It is not known yet whether {amount} was charged.{why} Please do not charge it"
                " again; this page says what it came to once that is known.",
                False,
            )
