"""What an admin sees of the organization."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, func, tuple_
from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.entries import read_search, sort_form
from billing_app.models.audit import AuditEntry
from billing_app.models.party import Customer, Partner
from billing_app.models.people import Membership
from billing_app.reads.audit_names import names_of
from billing_app.reads.beginnings import begins
from billing_app.reads.doers import doers_of
from billing_app.reads.flagged import customer_flags
from billing_app.reads.locales import setting
from billing_app.reads.paging import ONE_MORE, PAGE, cut
from billing_app.reads.times import at_time, on_day

# What each audited command did, as the activity list says it.
DEEDS = {
    "add_customer": "added a customer",
    "add_partner": "added a partner",
    "archive_customer": "archived a customer",
    "archive_partner": "archived a partner",
    "restore_customer": "restored a customer",
    "restore_partner": "restored a partner",
    "grant_access": "granted access to a contact",
    "revoke_access": "revoked a contact's access",
    "rename_me": "changed their own name",
    "invite_admin": "invited somebody to work here",
    "invite_again": "sent an invitation again",
    "change_role": "changed what a colleague may do",
    "suspend_admin": "suspended a colleague",
    "restore_admin": "let a colleague back in",
    "accept_invitation": "accepted an invitation",
    "change_password": "changed their password",
    "reset_password": "set a new password by letter",
    "add_contact": "added a contact",
    "change_contact": "changed what is on record about a contact",
    "remove_contact": "removed a contact",
    "resend_letter": "sent a letter again",
    "ask_again": "asked for payment by letter again",
    "mark_bounced": "noted that a letter came back",
    "send_statement": "sent a customer a statement",
    "set_reminders": "chose when customers are reminded",
    "retry_job": "had something tried again that had failed",
    "set_client_login": "opened or closed 'Client Login'",
    "change_customer": "changed what is on record about a customer",
    "set_profile": "changed what the workspace says of itself on documents",
    "set_logo": "changed the picture on documents",
    "set_accounting_settings": "changed 'General Accounting Settings'",
    "set_workspace": "changed the name or the time zone of the workspace",
    "set_customer_ways": "chose how customers are offered to pay",
    "set_language": "chose their own language",
    "set_slash": "chose whether '/' leads into the search",
    "set_charging": "changed how customers are charged by themselves",
    "call_off_charge": "called a planned charge off",
    "close_books": "closed the books or opened them again",
    "set_series": "changed how documents are numbered",
    "add_tax_rate": "added a tax rate",
    "archive_tax_rate": "archived a tax rate",
    "draft_invoice": "drafted an invoice",
    "change_draft": "changed a draft",
    "delete_draft": "deleted a draft",
    "duplicate_invoice": "copied an invoice into a draft",
    "plan_in_equal_parts": "planned an invoice in equal parts",
    "plan_in_parts": "planned an invoice in parts",
    "drop_plan": "dropped the plan of a draft",
    "issue_invoice": "issued an invoice",
    "void_invoice": "voided an invoice",
    "record_payment": "recorded a payment",
    "give_transfer": "said whom a transfer is from",
    "mark_dealt_with": "said that news of a payment is dealt with",
    "let_attempt_go": "let a payment go that the payment provider does not know",
    "begin_charge": "charged a saved way of paying",
    "issue_to_charge": "issued an invoice to charge it",
    "make_usual": "chose the usual way of paying",
    "remove_method": "removed a way of paying",
    "make_mine_usual": "chose their own usual way of paying",
    "remove_my_method": "removed their own way of paying",
    "agree_to_charges": "said whether they may be charged automatically",
    "record_unidentified": "recorded money that nobody is known for",
    "identify_receipt": "found out whom money is from",
    "place_overpayment": "placed what a partner had paid too much",
    "reverse_receipt": "took back money that nobody is known for",
    "reverse_payment": "took back a payment recorded by mistake",
    "refund_still_owed": "refunded money that is still owed",
    "refund_no_longer_owed": "refunded money with a credit note",
    "refund_credit": "refunded unused credit",
    "begin_refund": "gave money back the way it was paid",
    "reverse_refund": "took back a refund recorded by mistake",
    "issue_credit_note": "issued a credit note",
    "write_off_bad_debt": "wrote off a bad debt",
    "write_off_small_balance": "let a small balance go",
    "make_pay_link": "made a pay link",
    "rotate_pay_link": "replaced a pay link with another",
    "withdraw_pay_link": "withdrew a pay link",
    "reverse_write_off": "took back what was written off",
    "pay_from_credit": "paid an invoice with 'Pay From Credit'",
    "pay_request_from_credit": "closed a credit request with credit",
    "draft_request": "drafted a credit request",
    "change_request": "changed the draft of a credit request",
    "delete_request": "deleted the draft of a credit request",
    "raise_request": "raised a credit request",
    "void_request": "voided a credit request",
    "raise_credit": "gave a customer credit",
    "lower_credit": "made a 'Balance Correction'",
}

PartyKind = TypeVar("PartyKind", Customer, Partner)


@dataclass(frozen=True)
class PartyRow:
    """A customer or partner, as a line of a list."""

    id: str
    name: str
    email: str
    detail: str
    since: str
    archived: bool
    flags: list[str]


@dataclass(frozen=True)
class PartyPage:
    """One page of parties; ``after`` asks for the next one, empty on the last."""

    rows: list[PartyRow]
    after: str


@dataclass(frozen=True)
class ActivityLine:
    """One thing that somebody did."""

    when: str
    who: str
    deed: str
    about: str


@dataclass(frozen=True)
class Home:
    """The admin's first screen."""

    customers: str
    partners: str
    contacts: str
    activity: list[ActivityLine]


@admin_read()
def home(work: Work[AdminActor]) -> Home:
    """How the workspace stands, and what happened last."""
    portal = (
        select(func.count())
        .select_from(Membership)
        .where(Membership.audience != "admin", col(Membership.ended_at).is_(None))
    )
    return Home(
        customers=str(_standing(work, Customer)),
        partners=str(_standing(work, Partner)),
        contacts=str(work.exec(portal).one()),
        activity=_activity(work, limit=5),
    )


@admin_read()
def customers(work: Work[AdminActor], *, search: str = "", after: str = "") -> PartyPage:
    """A page of customers by name, from those whose name begins as ``search`` does."""
    zone = setting(work).zone
    page, following = by_name(work, Customer, search=search, after=after)
    flags = customer_flags(work, [party.id for party in page])
    rows = [_row(party, f"{party.due_days} days to pay", zone, flags[party.id]) for party in page]
    return PartyPage(rows, following)


@admin_read()
def partners(work: Work[AdminActor], *, search: str = "", after: str = "") -> PartyPage:
    """A page of partners by name, from those whose name begins as ``search`` does."""
    zone = setting(work).zone
    page, following = by_name(work, Partner, search=search, after=after)
    return PartyPage([_row(party, party.kind.capitalize(), zone, []) for party in page], following)


@admin_read()
def activity(work: Work[AdminActor]) -> list[ActivityLine]:
    """The latest acts of everybody in the organization."""
    return _activity(work, limit=PAGE)


def _standing(work: Work[AdminActor], kind: type[PartyKind]) -> int:
    counted = select(func.count()).select_from(kind).where(col(kind.archived_at).is_(None))
    return work.exec(counted).one()


@admin_read()
def by_name(
    work: Work[AdminActor],
    kind: type[PartyKind],
    *conditions: ColumnElement[bool],
    search: str,
    after: str,
) -> tuple[list[PartyKind], str]:
    """A page of one kind of party by name, of those that meet the conditions."""
    wanted = select(kind).where(*conditions).order_by(col(kind.sort_name), col(kind.id))
    if typed := read_search(search):
        wanted = wanted.where(begins(kind.sort_name, sort_form(typed)))
    if after:
        last = work.find(kind, after)
        wanted = wanted.where(tuple_(col(kind.sort_name), col(kind.id)) > (last.sort_name, last.id))
    page, last_one = cut(work.exec(wanted.limit(ONE_MORE)).all())
    return page, last_one.shown_id if last_one else ""


def _row(party: Customer | Partner, detail: str, zone: str, flags: list[str]) -> PartyRow:
    return PartyRow(
        id=party.shown_id,
        name=party.name,
        email=party.email,
        detail=detail,
        since=on_day(party.created_at, zone),
        archived=party.archived_at is not None,
        flags=flags,
    )


def _activity(work: Work[AdminActor], *, limit: int) -> list[ActivityLine]:
    zone = setting(work).zone
    rows = work.exec(
        select(AuditEntry)
        .where(col(AuditEntry.membership_id).is_not(None))
        .order_by(col(AuditEntry.recorded_at).desc(), col(AuditEntry.id).desc())
        .limit(limit)
    ).all()
    names = names_of(work, {entry.subject for entry in rows})
    who = doers_of(work, (entry.membership_id for entry in rows))
    return [
        ActivityLine(
            when=at_time(entry.recorded_at, zone),
            who=who[entry.membership_id],
            deed=DEEDS.get(entry.verb, entry.verb.replace("_", " ")),
            about=names.get(entry.subject, ""),
        )
        for entry in rows
    ]
