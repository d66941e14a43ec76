"""Explain a Credit Request: it owes nothing, so what was allocated to it takes postings' place."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.models.credit import CreditRequest
from billing_app.models.payment import Allocation
from billing_app.reads.invoice_view import applied_rows
from billing_app.reads.locales import setting
from billing_app.reads.paging import ONE_MORE, cut
from billing_app.reads.reasons import Explanation, Reason
from billing_app.reads.sentences import why_request
from billing_app.reads.shown import Amount, amount
from billing_app.reads.standings import request_figures_of
from billing_app.reads.statuses import request_status
from billing_app.reads.times import at_time


@admin_read()
def explain_request(
    work: Work[AdminActor], credit_request_id: str, *, after: str = ""
) -> Explanation:
    """Why a Credit Request has its status and flags; the sum is what of its total was met."""
    request = work.find(CreditRequest, credit_request_id)
    figures = request_figures_of(work, [request])[request.id]
    shown = setting(work)
    wanted = select(Allocation).where(Allocation.credit_request_id == request.id)
    if after:
        wanted = wanted.where(col(Allocation.id) > work.find(Allocation, after).id)
    page, last = cut(work.exec(wanted.order_by(col(Allocation.id)).limit(ONE_MORE)).all())

    def show(minor: int) -> Amount:
        return amount(minor, request.currency, shown.locale)

    named = f"Credit Request {request.number}" if request.number else "This draft"
    return Explanation(
        figure=f"{named} is {request_status(request.state, figures)}",
        sentence=why_request(
            request.state,
            figures,
            lambda minor: show(minor).text,
            from_credit=_met_by_credit(work, request),
        ),
        sum=show(figures.paid),
        reasons=[
            Reason(
                id=view.id,
                entry_id="",
                on=view.on,
                recorded=at_time(row.recorded_at, shown.zone),
                what=view.what,
                debit="",
                credit="",
                amount=view.amount,
            )
            for row, view in zip(
                page, applied_rows(work, page, request.currency, shown), strict=True
            )
        ],
        after=last.shown_id if last else "",
    )


def _met_by_credit(work: Work[AdminActor], request: CreditRequest) -> int:
    """What of a request is met because the customer had the credit already."""
    is_back = col(Allocation.reverses_id).is_not(None)
    wanted: Any = (
        select(is_back, func.sum(Allocation.amount_minor))
        .where(
            Allocation.credit_request_id == request.id,
            col(Allocation.lot_id).is_not(None),
        )
        .group_by(is_back)
    )
    return sum(-int(minor) if back else int(minor) for back, minor in work.exec(wanted))
