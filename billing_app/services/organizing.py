"""What the organization says of itself, and how it keeps its books."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command, command_step
from billing_app.access.numbered import has_numbered
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.business_numbers import read_abn
from billing_app.kernel.entries import read_line, read_paragraphs
from billing_app.kernel.errors import Conflict, Invalid
from billing_app.kernel.money import LARGEST_MINOR
from billing_app.kernel.numerals import known_locale
from billing_app.kernel.pictures import is_drawable
from billing_app.kernel.pricing import Rounding
from billing_app.ledger.days import today
from billing_app.models.books import (
    LONGEST_ADDRESS,
    LONGEST_TAX_ID,
    AccountingSettings,
    OrganizationProfile,
    Series,
)
from billing_app.models.planned_charge import PlannedCharge
from billing_app.services.calling_off import call_off
from billing_app.services.changing import refuse_unseen, the_one
from billing_app.services.numbering import Numbered, lock_series
from billing_app.services.warning import tell_owners

LARGEST_LOGO = 256 * 1024
PAPERS = ("", "a4", "letter")
"""What documents are laid out for; empty for what is usual where the currency is."""

LONGEST_PREFIX = 12
LARGEST_START = 99_999_999
"""With which number a series begins at most."""

MOST_TRIES = 4
"""How often money is asked for by itself before only the customer can go on."""

LONGEST_WAIT = 30
"""So many days at most are between a letter and its charge, and between two tries."""

_LONGEST_LEGAL_NAME = 200
_PREFIX = re.compile(r"(?:[A-Za-z0-9/_-]*[A-Za-z/_-])?")
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class NotOver(Invalid):
    """Books can be closed until yesterday at most."""

    sentence = "Close the books until a day that is over. Nothing was closed."


class SeriesUnderWay(Conflict):
    """A series that has numbered a document goes on by itself."""

    sentence = (
        "These documents are numbered already, so the next number follows by itself."
        " Only the prefix can be changed; nothing was."
    )


class PrefixTaken(Conflict):
    """Two series of one kind would make the same numbers."""

    sentence = "Another series has this prefix. Choose one of its own; nothing was changed."


@admin_command(Permission.KEEP_BOOKS)
def set_profile(
    work: Work[AdminActor],
    *,
    legal_name: str = "",
    abn: str = "",
    tax_id: str = "",
    address: str = "",
    bank_details: str = "",
    colour: str = "",
    locale: str = "en",
    paper: str = "",
    seen: str | None = None,
) -> str:
    """Say what stands on documents from now on. Those that were issued keep what they say."""
    profile = the_one(work, OrganizationProfile)
    refuse_unseen(work, profile.shown_id, "set_profile", seen)
    profile.legal_name = read_line(
        legal_name,
        longest=_LONGEST_LEGAL_NAME,
        what="legal name",
        field="legal_name",
        required=False,
    )
    profile.abn = read_abn(abn)
    profile.tax_id = read_line(
        tax_id, longest=LONGEST_TAX_ID, what="tax id", field="tax_id", required=False
    )
    profile.address = read_paragraphs(
        address, longest=LONGEST_ADDRESS, what="address", field="address"
    )
    before, profile.bank_details = (
        profile.bank_details,
        read_paragraphs(
            bank_details, longest=LONGEST_ADDRESS, what="bank details", field="bank_details"
        ),
    )
    if before not in ("", profile.bank_details):
        tell_owners(work, "bank_changed")
    profile.colour = _read_colour(colour)
    profile.locale = known_locale(locale)
    if paper not in PAPERS:
        raise Invalid("Choose A4 or US Letter, or what is usual where you are.", field="paper")
    profile.paper = paper
    return profile.shown_id


@admin_command(Permission.KEEP_BOOKS)
def set_logo(work: Work[AdminActor], logo: bytes | None) -> str:
    """Choose the picture on documents, or none."""
    if logo is not None and len(logo) > LARGEST_LOGO:
        most = LARGEST_LOGO // 1024
        raise Invalid(f"The picture can have at most {most} kB. Nothing was changed.", field="logo")
    if logo is not None and not is_drawable(logo):
        raise Invalid(
            "Choose a PNG or JPEG picture that is whole, and of 16 million dots at most."
            " Nothing was changed.",
            field="logo",
        )
    profile = the_one(work, OrganizationProfile)
    profile.logo = logo
    return profile.shown_id


@admin_command(Permission.KEEP_BOOKS)
def set_accounting_settings(
    work: Work[AdminActor],
    *,
    apply_credit_to_invoices: bool,
    apply_credit_to_requests: bool,
    tax_rounding: str,
    prices_include_tax: bool,
    small_balance_minor: int,
    seen: str | None = None,
) -> str:
    """Set the 'General Accounting Settings', the whole of them.

    ``apply_credit_to_invoices`` is 'Automatically mark Invoices paid', the next one its
    sibling for Credit Requests. What is issued already is not touched.
    """
    switches = (apply_credit_to_invoices, apply_credit_to_requests, prices_include_tax)
    if any(type(switch) is not bool for switch in switches):
        raise Invalid("Choose for each setting whether it is on or off.", field="settings")
    if tax_rounding not in set(Rounding):
        raise Invalid(
            "Choose whether tax is rounded on the document or on each line.", field="tax_rounding"
        )
    if type(small_balance_minor) is not int or not 0 <= small_balance_minor <= LARGEST_MINOR:
        raise Invalid("A small balance is an amount, and not below zero.", field="small_balance")
    settings = the_one(work, AccountingSettings)
    refuse_unseen(work, settings.shown_id, "set_accounting_settings", seen)
    settings.apply_credit_to_invoices = apply_credit_to_invoices
    settings.apply_credit_to_requests = apply_credit_to_requests
    settings.tax_rounding = tax_rounding
    settings.prices_include_tax = prices_include_tax
    settings.small_balance_minor = small_balance_minor
    return settings.shown_id


@admin_command(Permission.KEEP_BOOKS)
def set_charging(
    work: Work[AdminActor],
    *,
    charge_invoices: bool,
    charge_requests: bool,
    charge_after_days: int,
    retry_after_days: Sequence[int],
    seen: str | None = None,
) -> str:
    """Set what the 'General Accounting Settings' say of charging by itself, the whole of it.

    Switched off, what was planned before is called off. ``retry_after_days`` are those
    between a try that another day may cure and the next one; empty for no second try.
    """
    if any(type(switch) is not bool for switch in (charge_invoices, charge_requests)):
        raise Invalid("Choose for each setting whether it is on or off.", field="settings")
    if type(charge_after_days) is not int or not 0 <= charge_after_days <= LONGEST_WAIT:
        raise Invalid(
            f"A customer has from 0 to {LONGEST_WAIT} days to object. Nothing was changed.",
            field="charge_after_days",
        )
    rests = [*retry_after_days]
    if len(rests) >= MOST_TRIES or any(
        type(each) is not int or not 1 <= each <= LONGEST_WAIT for each in rests
    ):
        raise Invalid(
            f"A charge is tried at most {MOST_TRIES} times, from 1 to {LONGEST_WAIT} days after"
            " each other. Nothing was changed.",
            field="retry_after_days",
        )
    settings = the_one(work, AccountingSettings)
    refuse_unseen(work, settings.shown_id, "set_charging", seen)
    for charges, column in (
        (charge_invoices, PlannedCharge.invoice_id),
        (charge_requests, PlannedCharge.credit_request_id),
    ):
        if not charges:
            call_off(work, col(column).is_not(None))
    settings.charge_invoices = charge_invoices
    settings.charge_requests = charge_requests
    settings.charge_after_days = charge_after_days
    settings.retry_after_days = ",".join(map(str, rests))
    return settings.shown_id


@admin_command(Permission.CLOSE_BOOKS)
def close_books(work: Work[AdminActor], *, until: date | None, seen: str | None = None) -> str:
    """Refuse whatever would be dated until that day; with no day, open the books again."""
    if until is not None and (type(until) is not date or until >= today(work)):
        raise NotOver(field="until")
    profile = the_one(work, OrganizationProfile)
    refuse_unseen(work, profile.shown_id, "close_books", seen)
    profile.books_closed_until = until
    return profile.shown_id


@admin_command(Permission.KEEP_BOOKS)
def set_series(
    work: Work[AdminActor],
    kind: str,
    *,
    prefix: str,
    next_number: int | None = None,
    seen: str | None = None,
) -> str:
    """Choose how documents of a kind are numbered, and where counting begins.

    A prefix does not end with a digit, or two series could make one number. Where counting
    begins is open until the first document has a number.
    """
    if kind not in set(Numbered):
        raise Invalid("Choose which documents are numbered.", field="kind")
    if len(prefix) > LONGEST_PREFIX or not _PREFIX.fullmatch(prefix):
        raise Invalid(
            f"A prefix has at most {LONGEST_PREFIX} letters, digits and marks such as - or /,"
            " and does not end with a digit.",
            field="prefix",
        )
    series = lock_series(work, kind)
    refuse_unseen(work, series.shown_id, "set_series", seen)
    others = select(Series.id).where(
        Series.kind == kind, Series.number_prefix == prefix, Series.id != series.id
    )
    if work.exec(others).first() is not None:
        raise PrefixTaken
    series.number_prefix = prefix
    if next_number is not None and next_number != series.next_number:
        _start_at(work, series, next_number)
    return series.shown_id


@command_step
def settings_of(work: Work[Clerk]) -> AccountingSettings:
    """The 'General Accounting Settings'."""
    return work.exec(_SETTINGS).one()


def _start_at(work: Work[Clerk], series: Series, number: int) -> None:
    if type(number) is not int or not 1 <= number <= LARGEST_START:
        raise Invalid(f"Begin with a number from 1 to {LARGEST_START}.", field="next_number")
    if has_numbered(work, series.kind):
        raise SeriesUnderWay
    series.next_number = number


def _read_colour(typed: str) -> str:
    colour = typed.strip().lower()
    if colour and not _COLOUR.fullmatch(colour):
        raise Invalid("Write the colour like #1f6feb.", field="colour")
    return colour


_SETTINGS = select(AccountingSettings)
