"""What an act changed, in words: the setting, what it was before, and what it is now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from billing_app.access import changes
from billing_app.reads.shown import amount, day

_NAMES = {
    "legal_name": "Legal name",
    "abn": "ABN",
    "tax_id": "Tax id",
    "address": "Address",
    "bank_details": "Bank details",
    "logo": "Logo",
    "colour": "Colour",
    "locale": "Language",
    "paper": "Paper",
    "books_closed_until": "Books closed until",
    "customer_ways": "Ways to pay",
    "apply_credit_to_invoices": "'Automatically mark Invoices paid'",
    "apply_credit_to_requests": "'Automatically mark Credit Requests paid'",
    "tax_rounding": "Tax is rounded on each",
    "prices_include_tax": "Prices include tax",
    "small_balance_minor": "Small balance",
    "charge_invoices": "Charge invoices",
    "charge_requests": "Charge Credit Requests",
    "charge_after_days": "Days before a charge",
    "retry_after_days": "Days before each retry",
    "reminder_days": "Days of reminders",
    "number_prefix": "Prefix",
    "name": "Name",
    "email": "E-mail",
    "time_zone": "Time zone",
    "client_login": "'Client Login'",
    "role": "Role",
    "due_days": "Days to pay",
    "currency": "Currency",
    "autopay": "May be charged automatically",
    "prefers_transfer": "Pays by bank transfer",
}

_LANGUAGES = {"en": "English", "de": "German", "fr": "French"}
_PAPERS = {"": "as usual", "a4": "A4", "letter": "US Letter"}
_WAYS = {"card": "Card", "bank_transfer": "Bank Transfer", "direct_debit": "Direct Debit"}
_NONE = "none"


def changes_in_words(kept: str | None, currency: str, locale: str) -> list[str]:
    """What the audit log kept of an act, a line for each change."""
    lines = []
    for column, *values in changes.read(kept):
        name = _NAMES.get(column, column.replace("_", " ").capitalize())
        if not values:
            lines.append(name)
            continue
        before, after = (_said(column, value, currency, locale) for value in values)
        lines.append(f"{name}: {before} → {after}")
    return lines


def _said(column: str, value: Any, currency: str, locale: str) -> str:
    if column == "small_balance_minor" and isinstance(value, int):
        return amount(value, currency, locale).text
    if isinstance(value, bool):
        return "On" if value else "Off"
    if value is not None and column in _SPECIAL:
        return _SPECIAL[column](value)
    return _NONE if value in (None, "") else str(value)


def _listed(value: str) -> str:
    return ", ".join(part for part in value.split(",") if part) or _NONE


_SPECIAL: Mapping[str, Callable[[str], str]] = {
    "locale": lambda value: _LANGUAGES.get(value, value),
    "paper": lambda value: _PAPERS.get(value, value),
    "books_closed_until": lambda value: day(date.fromisoformat(value)),
    "customer_ways": lambda value: _listed(
        ",".join(_WAYS.get(way, way) for way in value.split(","))
    ),
    "retry_after_days": _listed,
    "reminder_days": _listed,
}
