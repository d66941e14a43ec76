"""The settings of a workspace as its admins see them, a view for each page of them.

Each view says which act set it last, so that whoever saves it is told when another one came
between, and who that was.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.numbered import has_numbered
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.amounts import show_amount
from billing_app.kernel.money import Money
from billing_app.kernel.references import PREFIXES, Numbered, number_of
from billing_app.models.audit import AuditEntry
from billing_app.models.base import points_at
from billing_app.models.books import AccountingSettings, OrganizationProfile, Series
from billing_app.models.contact import Contact
from billing_app.models.organization import Organization
from billing_app.models.people import Identity, Membership
from billing_app.reads.locales import setting
from billing_app.reads.names import known_as
from billing_app.reads.shown import day
from billing_app.reads.times import at_time

_WORDS = {
    Numbered.INVOICE: "Invoices",
    Numbered.CREDIT_NOTE: "Credit Notes",
    Numbered.CREDIT_REQUEST: "Credit Requests",
    Numbered.RECEIPT: "Receipts",
}


@dataclass(frozen=True)
class Last:
    """The act that set something last: its id, and who did it when, in words; empty for none."""

    id: str = ""
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class ProfileView:
    """What the workspace says of itself, as it is typed."""

    words: dict[str, str]
    has_logo: bool
    closed_until: str
    closed_until_on: str
    last: Last
    last_logo: Last
    last_closed: Last


@dataclass(frozen=True, kw_only=True)
class WorkspaceView:
    """The name of the workspace and the clock that it keeps."""

    name: str
    time_zone: str
    currency: str
    now: str
    last: Last


@dataclass(frozen=True, kw_only=True)
class AccountingView:
    """The 'General Accounting Settings', as they are chosen and typed."""

    words: dict[str, str]
    currency: str
    locale: str
    last: Last


@dataclass(frozen=True, kw_only=True)
class ChargingView:
    """How customers are charged by themselves, and when they are reminded."""

    words: dict[str, str]
    last: Last


@dataclass(frozen=True, kw_only=True)
class WaysView:
    """How customers are offered to pay by themselves."""

    ways: list[str]
    has_bank_details: bool
    last: Last


@dataclass(frozen=True, kw_only=True)
class SeriesRow:
    """How one kind of documents is numbered."""

    kind: str
    what: str
    prefix: str
    next_number: str
    next_words: str
    under_way: bool
    last: Last


@admin_read(Permission.KEEP_BOOKS)
def profile(work: Work[AdminActor]) -> ProfileView:
    """What stands on documents, and until when the books are closed."""
    own = work.exec(select(OrganizationProfile)).one()
    names = ("legal_name", "abn", "tax_id", "address", "bank_details", "colour", "locale", "paper")
    return ProfileView(
        words={name: getattr(own, name) for name in names},
        has_logo=own.logo is not None,
        closed_until=day(own.books_closed_until),
        closed_until_on=own.books_closed_until.isoformat() if own.books_closed_until else "",
        last=_last(work, own.shown_id, "set_profile"),
        last_logo=_last(work, own.shown_id, "set_logo"),
        last_closed=_last(work, own.shown_id, "close_books"),
    )


@admin_read(Permission.KEEP_BOOKS)
def logo(work: Work[AdminActor]) -> bytes:
    """The picture on documents; nothing for none."""
    return work.exec(select(OrganizationProfile)).one().logo or b""


@admin_read(Permission.MANAGE_WORKSPACE)
def workspace(work: Work[AdminActor]) -> WorkspaceView:
    """What the workspace is called, and which clock it keeps."""
    own = work.exec(select(Organization)).one()
    return WorkspaceView(
        name=own.name,
        time_zone=own.time_zone,
        currency=own.currency,
        now=day(setting(work).today),
        last=_last(work, own.shown_id, "set_workspace"),
    )


@admin_read(Permission.KEEP_BOOKS)
def accounting(work: Work[AdminActor]) -> AccountingView:
    """The 'General Accounting Settings'."""
    own, shown = work.exec(select(AccountingSettings)).one(), setting(work)
    small = Money(own.small_balance_minor, shown.currency)
    return AccountingView(
        words={
            "apply_credit_to_invoices": _switch(own.apply_credit_to_invoices),
            "apply_credit_to_requests": _switch(own.apply_credit_to_requests),
            "tax_rounding": own.tax_rounding,
            "prices_include_tax": _switch(own.prices_include_tax),
            "small_balance": show_amount(small, shown.locale),
        },
        currency=shown.currency,
        locale=shown.locale,
        last=_last(work, own.shown_id, "set_accounting_settings"),
    )


@admin_read(Permission.KEEP_BOOKS)
def charging(work: Work[AdminActor]) -> ChargingView:
    """Whether, when and how often customers are charged by themselves."""
    own = work.exec(select(AccountingSettings)).one()
    return ChargingView(
        words={
            "charge_invoices": _switch(own.charge_invoices),
            "charge_requests": _switch(own.charge_requests),
            "charge_after_days": str(own.charge_after_days),
            "retry_after_days": ", ".join(own.retry_after_days.split(",")),
        },
        last=_last(work, own.shown_id, "set_charging"),
    )


@admin_read(Permission.KEEP_BOOKS)
def reminders(work: Work[AdminActor]) -> ChargingView:
    """On which days before and after the due date customers are reminded."""
    own = work.exec(select(AccountingSettings)).one()
    days = [int(each) for each in own.reminder_days.split(",") if each]
    return ChargingView(
        words={
            "before": ", ".join(str(-each) for each in reversed(days) if each < 0),
            "after": ", ".join(str(each) for each in days if each >= 0),
        },
        last=_last(work, own.shown_id, "set_reminders"),
    )


@admin_read(Permission.KEEP_BOOKS)
def customer_ways(work: Work[AdminActor]) -> WaysView:
    """How customers are offered to pay by themselves."""
    own = work.exec(select(OrganizationProfile)).one()
    return WaysView(
        ways=[way for way in own.customer_ways.split(",") if way],
        has_bank_details=bool(own.bank_details),
        last=_last(work, own.shown_id, "set_customer_ways"),
    )


@admin_read(Permission.KEEP_BOOKS)
def numbering(work: Work[AdminActor]) -> list[SeriesRow]:
    """How each kind of documents is numbered; a kind of which there is none yet, as it will be."""
    begun = work.exec(select(Series).where(col(Series.partner_id).is_(None)))
    kept = {series.kind: series for series in begun}
    rows = []
    for kind in Numbered:
        series = kept.get(kind)
        prefix = series.number_prefix if series else PREFIXES[kind]
        count = series.next_number if series else 1
        rows.append(
            SeriesRow(
                kind=kind.value,
                what=_WORDS[kind],
                prefix=prefix,
                next_number=str(count),
                next_words=number_of(prefix, count),
                under_way=has_numbered(work, kind),
                last=_last(work, series.shown_id, "set_series") if series else Last(),
            )
        )
    return rows


@admin_read(Permission.MANAGE_WORKSPACE)
def client_login_set(work: Work[AdminActor]) -> Last:
    """Who opened or closed 'Client Login' last."""
    own = work.exec(select(Organization)).one()
    return _last(work, own.shown_id, "set_client_login")


def _switch(on: bool) -> str:
    return "on" if on else "off"


def _last(work: Work[AdminActor], subject: str, verb: str) -> Last:
    found = work.exec(
        select(AuditEntry, known_as())
        .join(Membership, points_at(AuditEntry, "membership_id", Membership))
        .join(Identity, col(Identity.id) == Membership.identity_id)
        .outerjoin(Contact, points_at(Contact, "membership_id", Membership))
        .where(AuditEntry.subject == subject, AuditEntry.verb == verb)
        .order_by(col(AuditEntry.recorded_at).desc(), col(AuditEntry.id).desc())
        .limit(1)
    ).first()
    if found is None:
        return Last()
    entry, who = found
    zone = setting(work).zone
    words = f"Last changed by {who} on {at_time(entry.recorded_at, zone)}."
    return Last(entry.shown_id, words)
