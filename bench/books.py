"""Commands and reads of the books against the same rows written with as little as possible.

A floor in raw SQL sends the same statements through the driver; a floor in plain ORM adds the
same objects to a session. Both commit as durably as the command does.
"""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from bench.ground import Ground, founded
from bench.recording import Values, plain_orm, raw, recorded
from billing_app.access.database import Database
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.lines import DraftLine
from billing_app.kernel.money import Money
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer
from billing_app.models.payment import Payment
from billing_app.services import drafting, invoicing, paying, taxing

ROUNDS = 3
EACH = 48
PART = 1_00

Act = Callable[[], Any]
Way = Callable[[], Iterator[Act]]


@dataclass(frozen=True)
class Figure:
    """How many of one thing were done in a second, by us and by each floor."""

    name: str
    ours: float
    raw: float
    orm: float

    def __str__(self) -> str:
        return (
            f"{self.name:<58} {self.ours:7.0f}/s"
            f"   raw {self.raw:7.0f}/s ({self.ours / self.raw:.2f})"
            f"   ORM {self.orm:7.0f}/s ({self.ours / self.orm:.2f})"
        )


class Desk:
    """Makes what is to be issued and paid, for one customer after another."""

    def __init__(self, ground: Ground, customers: int) -> None:
        self.ground = ground
        self.customers = [ground.customer(f"Customer {place}") for place in range(customers)]
        self.tax = show("tax", new_id())
        ground.does(lambda work: taxing.add_tax_rate(work, self.tax, name="GST", rate_bp=1_000))
        self.counter = itertools.count(1)

    def draft(self, customer: UUID, minor: int = 100_00) -> UUID:
        """A draft of three lines."""
        drawn, party = show("inv", new_id()), show(Customer.prefix, customer)
        lines = [
            DraftLine(
                description=f"Work {place}", unit_price=Money(minor, "AUD"), tax_rate_id=self.tax
            )
            for place in range(3)
        ]
        self.ground.does(
            lambda work: drafting.draft_invoice(work, drawn, party_id=party, lines=lines)
        )
        return Invoice.read_id(drawn)

    def large_invoices(self) -> dict[UUID, UUID]:
        """An issued invoice for each customer, from which much can be paid."""
        found = {customer: self.draft(customer, 1_000_000_00) for customer in self.customers}
        for invoice in found.values():
            self.issue(invoice, self.key())
        return found

    def key(self) -> str:
        """A command key that nobody used."""
        return f"bench {next(self.counter):08}"

    def issue(self, invoice: UUID, key: str) -> None:
        """Issue a draft."""
        shown = show(Invoice.prefix, invoice)
        self.ground.does(lambda work: invoicing.issue_invoice(work, shown, command_key=key))

    def pay(self, invoice: UUID, customer: UUID, key: str) -> None:
        """Record a part payment."""
        payment = show(Payment.prefix, new_id())
        part = paying.Part(show(Invoice.prefix, invoice))
        self.ground.does(
            lambda work: paying.record_payment(
                work,
                payment,
                party_id=show(Customer.prefix, customer),
                amount=Money(PART, "AUD"),
                kind="bank_transfer",
                parts=[part],
                really=True,
                command_key=key,
            )
        )


def issuing(database: Database) -> Figure:
    """Issue an invoice of three lines, by one client."""
    desk, other = Desk(founded(database), 1), Desk(founded(database), 1)
    customer = other.customers[0]
    # The very first one begins the series, which no other does.
    other.issue(other.draft(customer), other.key())
    first, key = other.draft(customer), other.key()
    with recorded(other.ground) as recording:
        other.issue(first, key)
    # The floors do not count: their numbers lie beyond what the series gives.
    numbers = itertools.count(50_000)

    def ours() -> Iterator[Act]:
        for _ in range(EACH):
            draft, fresh = desk.draft(desk.customers[0]), desk.key()
            yield partial(desk.issue, draft, fresh)

    def floor(write: Callable[[Values], None]) -> Iterator[Act]:
        for _ in range(EACH):
            number = f"INV-{next(numbers):05}"
            changed = {first: other.draft(customer), key: other.key(), "INV-00002": number}
            yield partial(write, changed)

    floors = (raw(other.ground, recording), plain_orm(other.ground, recording))
    ways: list[Way] = [ours, *(partial(floor, write) for write in floors)]
    return Figure("issue an invoice of 3 lines", *_rates(ways, clients=1))


def paying_part(database: Database, clients: int, customers: int) -> Figure:
    """Record a part payment, by several clients, each for its own customer or all for one."""
    desk, other = Desk(founded(database), customers), Desk(founded(database), customers)
    own, theirs = desk.large_invoices(), other.large_invoices()
    first, key = other.customers[0], other.key()
    with recorded(other.ground) as recording:
        other.pay(theirs[first], first, key)

    def ours() -> Iterator[Act]:
        for place in range(EACH):
            customer, fresh = desk.customers[place % customers], desk.key()
            yield partial(desk.pay, own[customer], customer, fresh)

    def floor(write: Callable[[Values], None]) -> Iterator[Act]:
        for place in range(EACH):
            customer = other.customers[place % customers]
            changed = {first: customer, theirs[first]: theirs[customer], key: other.key()}
            yield partial(write, changed)

    floors = (raw(other.ground, recording), plain_orm(other.ground, recording))
    ways: list[Way] = [ours, *(partial(floor, write) for write in floors)]
    who = "client" if clients == 1 else f"clients, {customers} customer{'s' * (customers > 1)}"
    return Figure(f"record a part payment, {clients} {who}", *_rates(ways, clients=clients))


def _rates(ways: list[Way], *, clients: int) -> list[float]:
    """The median rate of each way; they take turns, so that a busy machine is fair to all."""
    found: list[list[float]] = [[] for _ in ways]
    for _ in range(ROUNDS):
        for place, way in enumerate(ways):
            acts = list(way())
            started = time.perf_counter()
            if clients == 1:
                for act in acts:
                    act()
            else:
                with ThreadPoolExecutor(clients) as threads:
                    list(threads.map(lambda act: act(), acts))
            found[place].append(len(acts) / (time.perf_counter() - started))
    return [statistics.median(rates) for rates in found]
