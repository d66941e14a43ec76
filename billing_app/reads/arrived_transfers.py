"""Transfers that lie at the gateway and are nobody's yet, or could not be taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, or_, select

from billing_app.access.actors import AdminActor, RunnerActor
from billing_app.access.guard import admin_read, runner_read
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.models.arrived_transfer import ArrivedTransfer
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.base import points_at
from billing_app.reads.locales import setting
from billing_app.reads.paging import ONE_MORE, cut
from billing_app.reads.party_names import party_names
from billing_app.reads.shown import Amount, amount
from billing_app.reads.times import at_time

_AT_REST = timedelta(seconds=60)
ENDED_UNTAKEN = ("failed", "canceled")

_NOBODYS = (
    "It is not known from whom this came, so it pays nothing yet. Choose the customer it is from;"
    " it is then taken for them. If it is nobody's, send it back at the payment provider."
)
_GONE = (
    "The money does not lie at the payment provider any more: it was used or sent back there."
    " Nothing was recorded here. Look at the payer's cash balance at the provider; if the money"
    " lies there again, choose the customer anew."
)
_REFUSED = "{why} The money lies at the payment provider; nothing was recorded here."
_WAITS = "It is being taken for this customer; look again in a minute. Nothing was recorded yet."


@dataclass(frozen=True)
class ArrivedRow:
    """A transfer of which nothing is recorded: what came, from whom, and what to do."""

    id: str
    arrived_at: str
    amount: Amount
    written: str
    payer: str
    """The payment provider's own name of whoever transferred it."""

    customer_id: str
    customer: str
    what_to_do: str


@dataclass(frozen=True)
class WaitingTransfer:
    """A transfer that is known to be somebody's, and that nobody began to take."""

    organization_id: UUID
    shown_id: str
    arrived_at: datetime


@dataclass(frozen=True)
class ArrivedPage:
    """One page of transfers; ``after`` asks for the next one, empty on the last."""

    rows: list[ArrivedRow]
    after: str


@admin_read(Permission.TAKE_PAYMENTS)
def untaken_transfers(work: Work[AdminActor], *, after: str = "") -> ArrivedPage:
    """A page of the transfers of which nothing is recorded, what arrived first at the top."""
    wanted = (
        select(ArrivedTransfer, PaymentAttempt)
        .join(
            PaymentAttempt, points_at(ArrivedTransfer, "attempt_id", PaymentAttempt), isouter=True
        )
        .where(
            or_(
                col(ArrivedTransfer.attempt_id).is_(None),
                col(PaymentAttempt.state).in_(ENDED_UNTAKEN),
            )
        )
        .order_by(col(ArrivedTransfer.id))
        .limit(ONE_MORE)
    )
    if after:
        wanted = wanted.where(col(ArrivedTransfer.id) > ArrivedTransfer.read_id(after))
    found, last = cut(work.exec(wanted).all())
    names = party_names(work, [transfer.customer_id for transfer, _ in found])
    shown = setting(work)
    rows = [
        ArrivedRow(
            transfer.shown_id,
            at_time(transfer.arrived_at, shown.zone),
            amount(transfer.amount_minor, transfer.currency, shown.locale),
            transfer.written,
            transfer.payer,
            *names.get(transfer.customer_id, ("", "")),
            _what_to_do(transfer, attempt),
        )
        for transfer, attempt in found
    ]
    return ArrivedPage(rows, last[0].shown_id if last else "")


@runner_read
def waiting_transfers(work: Work[RunnerActor]) -> list[WaitingTransfer]:
    """The transfers that are somebody's and that nobody is just at, of all organizations."""
    wanted = select(ArrivedTransfer).where(
        col(ArrivedTransfer.attempt_id).is_(None),
        col(ArrivedTransfer.customer_id).is_not(None),
        col(ArrivedTransfer.kept_at) <= clock.now() - _AT_REST,
    )
    return [
        WaitingTransfer(each.organization_id, each.shown_id, each.arrived_at)
        for each in work.exec(wanted)
    ]


def _what_to_do(transfer: ArrivedTransfer, attempt: PaymentAttempt | None) -> str:
    if transfer.customer_id is None:
        return _NOBODYS
    if attempt is None:
        return _WAITS
    return _REFUSED.format(why=attempt.failure) if attempt.failure else _GONE
