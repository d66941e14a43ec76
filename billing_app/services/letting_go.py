"""Letting go: freeing what an attempt holds that nobody can find, or whose news does not fit."""

from __future__ import annotations

from datetime import datetime

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_command, admin_read
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_line
from billing_app.kernel.errors import Conflict
from billing_app.kernel.failpoints import reach
from billing_app.models.attempt import HOLDING, AttemptMessage, PaymentAttempt
from billing_app.models.ledger import LONGEST_REASON
from billing_app.services.repeating import once, remember
from billing_app.services.settling import lock_attempt

_IN_THE_WAY = (*HOLDING, "processing")
_LET_GO = "It was let go by hand. If money comes of it after all, it is recorded."


class NothingHeld(Conflict):
    """The attempt has ended, and ended attempts hold nothing."""

    sentence = (
        "This payment has ended and holds nothing any more. Nothing was changed; look at it for"
        " what became of it."
    )


class MovedOn(Conflict):
    """Something was heard of it since the gateway was asked."""

    sentence = (
        "Something was heard of this payment just now. Nothing was changed; look at it again first."
    )


@admin_read(Permission.TAKE_PAYMENTS)
def may_let_go(work: Work[AdminActor], attempt_id: str) -> str:
    """The attempt's id, for whoever may let it go."""
    return work.find(PaymentAttempt, attempt_id).shown_id


@admin_command(Permission.TAKE_PAYMENTS)
def let_attempt_go(
    work: Work[AdminActor],
    attempt_id: str,
    *,
    seen_at: datetime,
    reason: str,
    command_key: str = "",
) -> str:
    """End an attempt of which the gateway was asked just now, and free what it holds.

    ``seen_at`` is when it had last changed before that. Money that comes of it all the same is
    recorded as ever. No letter is sent: whoever lets it go decides what comes next.
    """
    why = read_line(reason, longest=LONGEST_REASON, what="reason", field="reason")
    first = once(work, command_key, "let_attempt_go", [attempt_id, why])
    if first is not None:
        return first
    attempt = lock_attempt(work, attempt_id)
    if attempt.state not in _IN_THE_WAY:
        raise NothingHeld
    if attempt.changed_at != seen_at:
        raise MovedOn
    attempt.state, attempt.changed_at = "canceled", clock.now()
    attempt.failure_code, attempt.failure = "let_go", _LET_GO
    message = AttemptMessage(
        attempt_id=attempt.id,
        source="submission",
        about="let go",
        said="canceled",
        verdict="applied",
        why=why[:300],
        recorded_at=attempt.changed_at,
    )
    work.add(message)
    reach("attempt.let_go")
    remember(work, command_key, attempt.shown_id)
    return attempt.shown_id
