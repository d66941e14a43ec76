"""Each kind of exception as rows of the inbox: what happened, and whether money moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import col

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.models.attempt import AttemptClaim, AttemptMessage, PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.dispute import Dispute
from billing_app.models.invoice import Invoice
from billing_app.models.money_back import MoneyBackMessage
from billing_app.models.payment import Payment
from billing_app.models.refund_attempt import RefundAttempt
from billing_app.reads.arrived_transfers import untaken_transfers
from billing_app.reads.exception_kinds import Kind, by_now, statements
from billing_app.reads.failures import without_advice
from billing_app.reads.locales import Setting, setting
from billing_app.reads.lost_again import taken_of
from billing_app.reads.owed import owed
from billing_app.reads.paging import PAGE
from billing_app.reads.party_names import party_names
from billing_app.reads.shown import amount, titled
from billing_app.reads.times import at_time, on_day
from billing_app.reads.unplaced import unplaced

_NOT_ANSWERED = (
    "The payment provider did not answer in time, so money may have moved. Nothing is recorded"
    " here; asking again charges nothing."
)
_NOT_GIVEN_BACK = (
    "The payment provider did not answer in time, so the money may have gone back. Nothing is"
    " recorded here; asking again gives nothing back."
)
_SET_ASIDE = "{why} Nothing was recorded because of it."
_CAME_FROM_NOBODY = "It lies in the bank, and nobody is known for it. It pays nothing so far."
_PAID_TOO_MUCH = "This partner paid more than was asked. The rest waits for an invoice of theirs."
_NOBODY = "Nobody known"
_NO_MONEY = "{why} No money moved."
_ASKS_AGAIN = "{why} The money is gone, so this is to be paid again."
_HELD = (
    "The payer's bank asked for it back, and the payment provider holds it until that is decided."
)
_WARNED = "The payer's bank asks about it. No money moved so far."


@dataclass(frozen=True, kw_only=True)
class ExceptionRow:
    """One exception. ``about`` is what the one act on it is done to; ``page`` tells more."""

    id: str
    kind: str
    about: str
    page: str
    what: str
    detail: str
    party: str = ""
    since: str = ""
    until: str = ""
    there: str = ""
    """The payment provider's own name of it, where it has to be dealt with there."""


@admin_read()
def unknown_rows(work: Work[AdminActor]) -> list[ExceptionRow]:
    """Attempts to take money or to give it back of which nobody knows the outcome."""
    shown, (taking, giving) = setting(work), statements(Kind.UNKNOWN)
    attempts: list[PaymentAttempt] = [*_first(work, taking, PaymentAttempt)]
    refunds: list[RefundAttempt] = [*_first(work, giving, RefundAttempt)]
    whose = [row.customer_id for row in attempts] + [row.customer_id for row in refunds]
    names = party_names(work, whose)
    taken = [
        ExceptionRow(
            id=row.shown_id,
            kind=Kind.UNKNOWN,
            about=row.shown_id,
            page=row.shown_id,
            what=f"It is not known whether {_sum(row, shown)} was charged",
            detail=_NOT_ANSWERED,
            party=names[row.customer_id][1],
            since=at_time(row.changed_at, shown.zone),
        )
        for row in attempts
    ]
    given = [
        ExceptionRow(
            id=row.shown_id,
            kind=Kind.UNKNOWN,
            about=row.shown_id,
            page=show(Payment.prefix, row.payment_id),
            what=f"It is not known whether {_sum(row, shown)} was given back",
            detail=_NOT_GIVEN_BACK,
            party=names[row.customer_id][1],
            since=at_time(row.changed_at, shown.zone),
        )
        for row in refunds
    ]
    return taken + given


@admin_read()
def put_aside_rows(work: Work[AdminActor]) -> list[ExceptionRow]:
    """News that did not fit its payment, and was put aside."""
    shown, (of_attempts, of_payments) = setting(work), statements(Kind.PUT_ASIDE)
    heard: list[AttemptMessage] = [*_first(work, of_attempts, AttemptMessage)]
    attempts = work.get_all(PaymentAttempt, (each.attempt_id for each in heard))
    back: list[MoneyBackMessage] = [*_first(work, of_payments, MoneyBackMessage)]
    payments = work.get_all(Payment, (each.payment_id for each in back))
    named = [(each, attempts[each.attempt_id]) for each in heard]
    named += [(each, payments[each.payment_id]) for each in back]  # type: ignore[misc]
    names = party_names(work, (row.customer_id for _, row in named))
    return [
        ExceptionRow(
            id=message.shown_id,
            kind=Kind.PUT_ASIDE,
            about=message.shown_id,
            page=row.shown_id,
            what=f"What was heard of a payment of {_sum(row, shown)} does not fit it",
            detail=_SET_ASIDE.format(why=message.why),
            party=names[row.customer_id][1],
            since=at_time(message.recorded_at, shown.zone),
        )
        for message, row in named
    ]


@admin_read()
def transfer_rows(work: Work[AdminActor]) -> list[ExceptionRow]:
    """Transfers that lie at the payment provider, and are not recorded."""
    return [
        ExceptionRow(
            id=row.id,
            kind=Kind.TRANSFER,
            about=row.id,
            page="",
            what=f"{row.amount.text} was transferred, with “{row.written}” written on it"
            if row.written
            else f"{row.amount.text} was transferred, with nothing written on it",
            detail=row.what_to_do,
            party=row.customer or _NOBODY,
            since=row.arrived_at,
        )
        for row in untaken_transfers(work).rows
    ]


@admin_read()
def unplaced_rows(work: Work[AdminActor]) -> list[ExceptionRow]:
    """Money from nobody known, and what partners paid too much."""
    return [
        ExceptionRow(
            id=row.id,
            kind=Kind.UNPLACED,
            about=row.id,
            page=row.id if row.party_id else "",
            what=f"{row.unplaced.text} waits: {row.method}"
            if row.unplaced == row.amount
            else f"{row.unplaced.text} of {row.amount.text} waits: {row.method}",
            detail=_PAID_TOO_MUCH if row.party_id else _CAME_FROM_NOBODY,
            party=row.party or _NOBODY,
            since=row.received_on,
        )
        for row in unplaced(work).rows
    ]


@admin_read()
def failed_rows(work: Work[AdminActor]) -> list[ExceptionRow]:
    """Charges and debits that failed, and were not tried again."""
    return _ended_rows(work, Kind.FAILED, "{sum} for {document} could not be charged", _NO_MONEY)


@admin_read()
def taken_back_rows(work: Work[AdminActor]) -> list[ExceptionRow]:
    """Payments that a bank took back, and that were not paid again."""
    return _ended_rows(work, Kind.TAKEN_BACK, "{sum} for {document} was taken back", _ASKS_AGAIN)


def _ended_rows(work: Work[AdminActor], kind: Kind, what: str, detail: str) -> list[ExceptionRow]:
    """What attempts that ended so had claimed, each with its document."""
    shown, (ended,) = setting(work), statements(kind)
    claims: list[AttemptClaim] = [*_first(work, ended, AttemptClaim)]
    attempts = work.get_all(PaymentAttempt, (each.attempt_id for each in claims))
    names = party_names(work, (row.customer_id for row in attempts.values()))
    documents: dict[Any, Any] = {**work.get_all(Invoice, (each.invoice_id for each in claims))}
    documents |= work.get_all(CreditRequest, (each.credit_request_id for each in claims))
    taken = taken_of(work, claims) if kind is Kind.TAKEN_BACK else {}
    rows = []
    for claim in claims:
        row: PaymentAttempt = attempts[claim.attempt_id]
        document = documents[claim.invoice_id or claim.credit_request_id]
        minor = taken.get(claim.id, claim.amount_minor)
        told = amount(minor, row.currency, shown.locale).text
        said = what.format(sum=told, document=titled(document))
        rows.append(
            ExceptionRow(
                id=claim.shown_id,
                kind=kind,
                about=document.shown_id,
                page=row.shown_id,
                what=f"{said}: {row.instrument}" if row.instrument else said,
                detail=detail.format(why=without_advice(row.failure)).strip(),
                party=names[row.customer_id][1],
                since=at_time(row.changed_at, shown.zone),
            )
        )
    return rows


@admin_read()
def dispute_rows(work: Work[AdminActor]) -> list[ExceptionRow]:
    """Disputes that are not decided, with the day by which they can be answered."""
    shown, (undecided,) = setting(work), statements(Kind.DISPUTE)
    disputes: list[Dispute] = [*_first(work, undecided, Dispute)]
    payments = work.get_all(Payment, (each.payment_id for each in disputes))
    names = party_names(work, (row.customer_id for row in payments.values()))
    return [
        ExceptionRow(
            id=row.shown_id,
            kind=Kind.DISPUTE,
            about=row.shown_id,
            page=show(Payment.prefix, row.payment_id),
            what=f"{_sum(row, shown)} is disputed",
            detail=_WARNED if row.state == "warning" else _HELD,
            party=names[payments[row.payment_id].customer_id][1],
            since=on_day(row.opened_at, shown.zone),
            until=on_day(row.due_by, shown.zone) if row.due_by else "",
            there=row.gateway_dispute,
        )
        for row in disputes
    ]


@admin_read()
def given_up_rows(work: Work[AdminActor]) -> list[ExceptionRow]:
    """Letters and other work that were tried in vain for so long that nobody tries any more."""
    return [
        ExceptionRow(
            id=job.id,
            kind=Kind.GIVEN_UP,
            about=job.id,
            page="",
            what=f"{job.kind}: given up",
            detail=job.trouble,
            party=job.about,
            since=job.since,
        )
        for job in owed(work).rows
    ]


def _first(work: Work[AdminActor], statement: Any, kind: Any) -> Any:
    """What waits longest, as many as a page holds."""
    return work.exec(statement.order_by(col(kind.id)).limit(PAGE), params=by_now())


def _sum(row: Any, shown: Setting) -> str:
    return amount(row.amount_minor, row.currency, shown.locale).text
