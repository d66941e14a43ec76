"""What is wanted of the list of invoices, from the words of its address."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from sqlmodel import col, select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.amounts import read_amount
from billing_app.kernel.currencies import read_currency
from billing_app.kernel.entries import read_day, read_search, sort_form
from billing_app.kernel.errors import Invalid
from billing_app.kernel.ids import show
from billing_app.models.party import Customer, Partner
from billing_app.reads.beginnings import begins
from billing_app.reads.invoice_queries import Order, Standing
from billing_app.reads.invoice_search import InvoiceFilter
from billing_app.reads.locales import setting

WORDS = (
    "search",
    "standing",
    "order",
    "customer",
    "currency",
    "least",
    "most",
    "issued_since",
    "issued_until",
    "due_since",
    "due_until",
)
"""What an address of the list may say."""

Choice = TypeVar("Choice", bound=StrEnum)


@admin_read()
def wanted(work: Work[AdminActor], words: Mapping[str, str]) -> InvoiceFilter:
    """The filter that these words ask for. What cannot be understood is Invalid, by its field."""
    said = {word: words.get(word, "").strip() for word in WORDS}
    currency = read_currency(said["currency"]) if said["currency"] else ""
    shown = setting(work)
    reckoned = currency or shown.currency

    def minor(field: str) -> int | None:
        typed = said[field]
        found = (
            read_amount(typed, reckoned, shown.locale, field=field, zero=True) if typed else None
        )
        return found.money.minor if found else None

    least, most = minor("least"), minor("most")
    # Amounts of several currencies are not compared with each other.
    by_amount = least is not None or most is not None
    return InvoiceFilter(
        standing=_choice(Standing, said["standing"], Standing.ALL),
        party_id=party_named(work, said["customer"]),
        currency=reckoned if by_amount else currency,
        issued_since=read_day(said["issued_since"], field="issued_since"),
        issued_until=read_day(said["issued_until"], field="issued_until"),
        due_since=read_day(said["due_since"], field="due_since"),
        due_until=read_day(said["due_until"], field="due_until"),
        least_minor=least,
        most_minor=most,
        search=said["search"],
        order=_choice(Order, said["order"], Order.USUAL),
    )


def _choice(kind: type[Choice], word: str, usual: Choice) -> Choice:
    return kind(word) if word in set(kind) else usual


@admin_read()
def party_named(
    work: Work[AdminActor],
    typed: str,
    kinds: tuple[type[Customer] | type[Partner], ...] = (Customer, Partner),
) -> str:
    """The id of the one who is meant, by how their name begins; nothing for no name."""
    form = sort_form(read_search(typed))
    if not form:
        return ""
    found: list[tuple[str, str]] = []
    for kind in kinds:
        named = select(kind.id, kind.sort_name).where(begins(kind.sort_name, form))
        rows = work.exec(named.order_by(col(kind.sort_name)).limit(2))
        found += [(show(kind.prefix, id_), sort_name) for id_, sort_name in rows]
    exact = [party for party in found if party[1] == form]
    if len(exact) == 1 or len(found) == 1:
        return (exact or found)[0][0]
    why = "Several names begin like this; enter the whole one." if found else ""
    raise Invalid(why or "No customer or partner has a name that begins so.", field="customer")
