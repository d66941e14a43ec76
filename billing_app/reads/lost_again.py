"""How much of what was paid on documents the payers' banks took back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from billing_app.access.actors import Member
from billing_app.access.guard import member_read
from billing_app.access.work import Work
from billing_app.models.attempt import AttemptClaim
from billing_app.models.base import points_at
from billing_app.models.payment import Allocation, Payment, Refund


@member_read
def taken_of(work: Work[Member], claims: Sequence[AttemptClaim]) -> dict[UUID, int]:
    """For each claim, how much came off its document again, what we gave back apart.

    All that was claimed, where nothing of it lay on the document any more.
    """
    document = func.coalesce(col(Allocation.invoice_id), col(Allocation.credit_request_id))
    wanted = (
        select(Payment.attempt_id, document, func.sum(Allocation.amount_minor))
        .join(Payment, points_at(Allocation, "payment_id", Payment))
        .where(
            col(Payment.attempt_id).in_([claim.attempt_id for claim in claims]),
            col(Allocation.reverses_id).is_not(None),
            ~select(Refund.id).where(Refund.id == Allocation.act_id).exists(),
        )
        .group_by(col(Payment.attempt_id), document)
    )
    found: dict[tuple[UUID | None, UUID | None], int] = {
        (attempt, about): int(minor) for attempt, about, minor in work.exec(wanted)
    }
    return {
        claim.id: found.get(
            (claim.attempt_id, claim.invoice_id or claim.credit_request_id), claim.amount_minor
        )
        for claim in claims
    }
