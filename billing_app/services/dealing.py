"""Saying that news which did not fit was dealt with: by hand, elsewhere, or not at all."""

from __future__ import annotations

from typing import Any

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_line
from billing_app.kernel.errors import Conflict
from billing_app.models.attempt import DEALT_WITH, AttemptMessage
from billing_app.models.ledger import LONGEST_REASON
from billing_app.models.money_back import MoneyBackMessage
from billing_app.services.repeating import once, remember

_SUBJECTS = ("attempt_id", "payment_id", "refund_attempt_id", "dispute_id")


class NothingPutAside(Conflict):
    """Only what was put aside asks for somebody's word."""

    sentence = "This was not put aside, so there is nothing to deal with. Nothing was changed."


@admin_command(Permission.TAKE_PAYMENTS)
def mark_dealt_with(
    work: Work[AdminActor], message_id: str, *, reason: str, command_key: str = ""
) -> str:
    """Note that news which was put aside is dealt with, and how. No money moves.

    The note stands among what was heard of the payment. News that does not fit and comes later
    asks for somebody again.
    """
    why = read_line(reason, longest=LONGEST_REASON, what="reason", field="reason")
    first = once(work, command_key, "mark_dealt_with", [message_id, why])
    if first is not None:
        return first
    kinds: tuple[Any, ...] = (AttemptMessage, MoneyBackMessage)
    kind = next((each for each in kinds if each.is_named_by(message_id)), AttemptMessage)
    message = work.find(kind, message_id)
    if message.verdict != "quarantined":
        raise NothingPutAside
    subject = {name: getattr(message, name) for name in _SUBJECTS if hasattr(message, name)}
    work.add(
        kind(
            **subject,
            source="submission",
            about=DEALT_WITH,
            verdict="applied",
            why=why[:300],
            recorded_at=clock.now(),
        )
    )
    remember(work, command_key, message.shown_id)
    return str(message.shown_id)
