"""Saying that news which did not fit was dealt with: by hand, elsewhere, or not at all."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_line
from billing_app.kernel.errors import Conflict
from billing_app.kernel.ids import show
from billing_app.models.attempt import DEALT_WITH, AttemptMessage, PaymentAttempt, are_alike
from billing_app.models.ledger import LONGEST_REASON
from billing_app.models.money_back import MoneyBackMessage
from billing_app.models.payment import Payment
from billing_app.services.locking import lock_payer_of
from billing_app.services.repeating import once, remember
from billing_app.services.settling import lock_attempt


class NothingPutAside(Conflict):
    """Only what was put aside asks for somebody's word."""

    sentence = "This was not put aside, so there is nothing to deal with. Nothing was changed."


class HeardSince(Conflict):
    """What is dealt with is not all that there is to deal with by now."""

    sentence = (
        "Something newer was heard of this since the page was shown, and that does not fit either."
        " Nothing was noted; look at the page again."
    )


@admin_command(Permission.TAKE_PAYMENTS)
def mark_dealt_with(
    work: Work[AdminActor], message_id: str, *, reason: str, command_key: str = ""
) -> str:
    """Note that news which was put aside is dealt with, and how. No money moves.

    The note stands among what was heard of the payment. Other news that does not fit and comes
    later asks for somebody again; what came before this, but after it was shown, refuses it.
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
    _lock(work, message)
    newer = select(kind.id).where(
        *are_alike(kind.thing, kind, message), kind.id > message.id, kind.verdict == "quarantined"
    )
    if work.exec(newer.limit(1)).first() is not None:
        raise HeardSince
    work.add(
        kind(
            **{name: getattr(message, name) for name in kind.thing},
            source="submission",
            about=DEALT_WITH,
            verdict="applied",
            why=why[:300],
            recorded_at=clock.now(),
        )
    )
    remember(work, command_key, message.shown_id)
    return str(message.shown_id)


def _lock(work: Work[Clerk], message: Any) -> None:
    """Nothing more is heard of the thing meanwhile: whoever hears locks its payer, too."""
    if isinstance(message, AttemptMessage):
        lock_attempt(work, show(PaymentAttempt.prefix, message.attempt_id))
    else:
        lock_payer_of(work, work.get(Payment, message.payment_id))
