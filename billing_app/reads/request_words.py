"""The list of Credit Requests as the words of its address ask for it, and the same as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.currencies import read_currency
from billing_app.kernel.entries import read_day
from billing_app.models.party import Customer
from billing_app.reads.credits import RequestRow, credit_requests
from billing_app.reads.invoice_words import party_named

WORDS = ("search", "standing", "customer", "currency", "since", "until")
"""What an address of the list may say."""

_SHELVES = frozenset({"draft", "to pay", "paid", "void"})


@dataclass(frozen=True)
class RequestList:
    """A page of the list; ``after`` asks for the next one, and ``file`` names all of it."""

    rows: list[RequestRow]
    after: str
    file: str


@admin_read()
def requests_wanted(
    work: Work[AdminActor], words: Mapping[str, str], *, after: str = ""
) -> RequestList:
    """The Credit Requests that these words ask for. What cannot be understood is Invalid."""
    said = {word: words.get(word, "").strip() for word in WORDS}
    state = said["standing"] if said["standing"] in _SHELVES else ""
    customer_id = party_named(work, said["customer"], (Customer,))
    currency = read_currency(said["currency"]) if said["currency"] else ""
    since = read_day(said["since"], field="since")
    until = read_day(said["until"], field="until")
    page = credit_requests(
        work,
        customer_id=customer_id,
        state=state,
        currency=currency,
        since=since,
        until=until,
        search=said["search"],
        after=after,
    )
    file = {
        "standing": state,
        "party_id": customer_id,
        "currency": currency,
        "since": since.isoformat() if since else "",
        "until": until.isoformat() if until else "",
        "search": said["search"],
    }
    narrowed = urlencode({name: word for name, word in file.items() if word})
    address = "/exports/credit-requests.csv"
    return RequestList(page.rows, page.after, f"{address}?{narrowed}" if narrowed else address)
