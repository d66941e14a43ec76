"""What happens by itself when the one clock gets there."""

from __future__ import annotations

from collections.abc import Callable

from billing_app.simulated_stripe.charging import answer_debit
from billing_app.simulated_stripe.desk import Desk
from billing_app.simulated_stripe.disputes import end_dispute, open_dispute
from billing_app.simulated_stripe.refunds import fail_refund, settle_refund
from billing_app.simulated_stripe.sessions import expire


def _answer_debit(desk: Desk, shown: str) -> None:
    intent = desk.get("payment_intent", shown)
    if intent["status"] == "processing":
        answer_debit(desk, intent)


_HAPPENS: dict[str, Callable[[Desk, str], object]] = {
    "answer_debit": _answer_debit,
    "dispute": lambda desk, shown: open_dispute(desk, desk.get("charge", shown)),
    "win_dispute": lambda desk, shown: end_dispute(desk, desk.get("dispute", shown), won=True),
    "lose_dispute": lambda desk, shown: end_dispute(desk, desk.get("dispute", shown), won=False),
    "settle_refund": lambda desk, shown: settle_refund(desk, desk.get("refund", shown)),
    "fail_refund": lambda desk, shown: fail_refund(desk, desk.get("refund", shown)),
    "expire_session": lambda desk, shown: expire(desk, desk.get("checkout.session", shown)),
}


def is_any(desk: Desk) -> bool:
    """Whether something should have happened by now."""
    asked = "SELECT 1 FROM due WHERE at <= ? LIMIT 1"
    return desk.connection.execute(asked, (desk.now,)).fetchone() is not None


def happen(desk: Desk) -> int:
    """Have everything happen that is due, each at its own moment and in that order."""
    count = 0
    asked = "SELECT seq, at, kind, subject FROM due WHERE at <= ? ORDER BY at, seq LIMIT 1"
    while row := desk.connection.execute(asked, (desk.now,)).fetchone():
        desk.connection.execute("DELETE FROM due WHERE seq = ?", (row["seq"],))
        then = desk.later(row["at"])
        _HAPPENS[row["kind"]](then, row["subject"])
        then.flush()
        count += 1
    return count
