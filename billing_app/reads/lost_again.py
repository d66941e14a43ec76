"""How much of what was paid on documents the payers' banks took back."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import col, select

from billing_app.access.actors import Member
from billing_app.access.guard import member_read
from billing_app.access.work import Work
from billing_app.ledger.given_back import taken_off
from billing_app.models.attempt import AttemptClaim
from billing_app.models.payment import Allocation, Payment


@member_read
def taken_of(work: Work[Member], claims: Sequence[AttemptClaim]) -> dict[UUID, int]:
    """For each claim, how much of it its payer's bank took off its document again.

    All that was claimed, where nothing of it lay on the document any more.
    """
    invoice, request = col(Allocation.invoice_id), col(Allocation.credit_request_id)
    document = func.coalesce(invoice, request)
    wanted = (
        select(Payment.attempt_id, document, func.sum(Allocation.amount_minor))
        .join(Payment, taken_off())
        .where(
            col(Payment.attempt_id).in_([claim.attempt_id for claim in claims]),
            or_(
                invoice.in_([claim.invoice_id for claim in claims]),
                request.in_([claim.credit_request_id for claim in claims]),
            ),
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
