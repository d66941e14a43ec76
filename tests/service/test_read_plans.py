"""No list, search, page, statement or explanation walks through a whole table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import select

from billing_app.access.actors import OperatorActor
from billing_app.access.database import Database
from billing_app.access.guard import operator_read
from billing_app.access.work import Work
from billing_app.gateways.payments import Stage
from billing_app.kernel.plans import Part
from billing_app.ledger.accounts import Code
from billing_app.models.ledger import Posting
from billing_app.reads import (
    activity,
    admin,
    balances,
    credits,
    customer_details,
    customer_page,
    dashboard,
    draft_view,
    exceptions,
    explaining,
    explaining_requests,
    invoice_page,
    invoice_view,
    invoice_words,
    invoices,
    letters,
    own_documents,
    parties,
    party_lists,
    payment_lists,
    payment_record,
    payment_words,
    payments,
    people,
    refundable,
    request_page,
    request_words,
    settings,
    statements,
    timelines,
    unplaced,
)
from billing_app.reads.explaining import Figure
from billing_app.reads.invoice_queries import Order, Standing
from billing_app.reads.invoice_search import InvoiceFilter
from billing_app.services import planning
from tests.attempts import Counter
from tests.billing import aud
from tests.plans import walks
from tests.world import World


class Place:
    """Books with a row of everything that is asked for."""

    def __init__(self, world: World) -> None:
        self.till = till = Counter(world)
        self.marsh = world.marsh
        self.invoice = till.invoice(100_00, on=till.days(-9))
        self.payment = till.pay(40_00, self.invoice)
        till.refund(self.payment, 5_00)
        till.note(self.invoice, 10_00)
        till.lose(self.invoice, 3_00)
        planned = till.draft(till.line(90_00))
        till.does(
            lambda work: planning.plan_in_parts(
                work, planned, [Part(till.days(count), aud(45_00)) for count in (10, 40)]
            )
        )
        self.planned = planned
        self.request = till.request(500_00)
        till.settle(till.begin(till.invoice(7_00)), Stage.FAILED, failure="No")
        till.pay(20_00)
        self.partner = world.northside
        till.pay(9_00, till.invoice(5_00, party_id=self.partner), party_id=self.partner)
        self.today = till.today()
        self.since = till.days(-30)

    @property
    def line(self) -> str:
        """An entry on the customer's statement."""
        return (
            self.till.does(
                lambda work: statements.statement(
                    work, self.marsh, since=self.since, until=self.today
                )
            )
            .lines[0]
            .entry_id
        )


@pytest.fixture(scope="module")
def place(database: Database) -> Place:
    """One for all, because reads change nothing."""
    return Place(World(database))


def _listed(**wanted: Any) -> Callable[[Any, Place], Any]:
    return lambda work, place: invoices.invoices(work, InvoiceFilter(**wanted))


def _customers(shelf: str) -> Callable[[Any, Place], Any]:
    return lambda work, place: party_lists.listed_customers(work, shelf)


def _money(**words: str) -> Callable[[Any, Place], Any]:
    return lambda work, place: payment_lists.payment_list(work, payment_words.wanted(words))


# What an admin asks.
ASKED: dict[str, Callable[[Any, Place], Any]] = {
    **{f"the shelf {shelf}": _listed(standing=shelf) for shelf in Standing},
    "invoices found by number": _listed(search="INV-"),
    "invoices found by name": _listed(search="mar"),
    "invoices issued in a range": lambda work, place: invoices.invoices(
        work, InvoiceFilter(issued_since=place.since, issued_until=place.today)
    ),
    **{f"invoices in the order {order}": _listed(order=order) for order in Order},
    "what is to pay, the largest first": _listed(standing=Standing.TO_PAY, order=Order.LARGEST),
    "invoices found by e-mail": _listed(search="cleo@harbour.example"),
    "invoices found by amount": _listed(search="100.00"),
    "invoices due in a range": lambda work, place: invoices.invoices(
        work, InvoiceFilter(due_since=place.since, due_until=place.today, order=Order.DUE)
    ),
    "the second page of the largest invoices": lambda work, place: invoices.invoices(
        work, InvoiceFilter(order=Order.LARGEST), after=place.invoice
    ),
    "what the words of a list mean": lambda work, place: invoice_words.wanted(
        work, {"customer": "mar", "least": "10"}
    ),
    "the page of an invoice": lambda work, place: invoice_page.invoice_page(work, place.invoice),
    "a draft to be written": lambda work, place: draft_view.draft(work, place.planned),
    "what can go back of a payment": lambda work, place: refundable.refundable(work, place.payment),
    "a customer's invoices": lambda work, place: invoices.invoices(
        work, InvoiceFilter(party_id=place.marsh)
    ),
    "the second page of invoices": lambda work, place: invoices.invoices(work, after=place.invoice),
    "the second page of what is to pay": lambda work, place: invoices.invoices(
        work, InvoiceFilter(standing=Standing.TO_PAY), after=place.invoice
    ),
    "one invoice": lambda work, place: invoice_view.invoice(work, place.invoice),
    "customers": lambda work, place: admin.customers(work),
    "customers found by name": lambda work, place: admin.customers(work, search="mar"),
    "the second page of customers": lambda work, place: admin.customers(work, after=place.marsh),
    "payments": lambda work, place: payments.payments(work),
    "a customer's payments": lambda work, place: payments.payments(work, party_id=place.marsh),
    "payments found by name": lambda work, place: payments.payments(work, search="mar"),
    "the second page of payments": lambda work, place: payments.payments(work, after=place.payment),
    "one payment": lambda work, place: payments.payment(work, place.payment),
    **{
        f"the list of payments by {', '.join(words.values()) or 'nothing'}": _money(**words)
        for words in (
            {},
            {"search": "INV-"},
            {"search": "TRF 4711"},
            {"search": "4711"},
            {"search": "40.00"},
            {"search": "cleo@harbour.example"},
            *({"flag": flag} for flag in payment_words.FLAGS),
            {"way": "card", "currency": "AUD", "since": "2026-01-01"},
            {"standing": "on its way", "search": "mar"},
            {"standing": "not received", "search": "INV-"},
        )
    },
    "the second page of the list of payments": lambda work, place: payment_lists.payment_list(
        work, after=place.payment
    ),
    "the record of a payment": lambda work, place: payment_record.payment_record(
        work, place.payment
    ),
    "how many exceptions are open": lambda work, place: exceptions.open_exceptions(work),
    "the exceptions": lambda work, place: exceptions.exceptions(work),
    "lots of credit": lambda work, place: credits.credit_lots(work, place.marsh),
    "credit requests": lambda work, place: credits.credit_requests(work),
    "credit requests found": lambda work, place: credits.credit_requests(work, search="CR-"),
    "paid credit requests": lambda work, place: credits.credit_requests(work, state="paid"),
    "credit requests by the words of an address": lambda work, place: request_words.requests_wanted(
        work, {"search": "cleo@harbour.example", "customer": "mar", "since": "2026-01-01"}
    ),
    "credit requests found by amount": lambda work, place: credits.credit_requests(
        work, search="500.00"
    ),
    "the page of a credit request": lambda work, place: request_page.request_page(
        work, place.request
    ),
    "one credit request": lambda work, place: credits.credit_request(work, place.request),
    "the dashboard": lambda work, place: dashboard.dashboard(work),
    **{f"customers who are {shelf}": _customers(shelf) for shelf in party_lists.Shelf},
    "customers with their balances found by name": lambda work, place: party_lists.listed_customers(
        work, "owing", search="mar"
    ),
    "partners found by name": lambda work, place: party_lists.listed_partners(work, search="n"),
    "how a customer stands": lambda work, place: customer_page.standing(work, place.marsh),
    "a customer's documents": lambda work, place: customer_page.papers(work, place.marsh),
    "a customer's first payments": lambda work, place: customer_page.paid(work, place.marsh),
    "what happened to a customer last": lambda work, place: customer_page.happened(
        work, place.marsh
    ),
    "the days of a statement": lambda work, place: customer_page.days_of_statement(
        work, place.marsh
    ),
    "a customer's details": lambda work, place: customer_details.details(work, place.marsh),
    "how a customer can be charged": lambda work, place: customer_details.ways(work, place.marsh),
    "what a customer owes": lambda work, place: explaining.explain_customer(
        work, place.marsh, currency="AUD", balance=explaining.Balance.OWED
    ),
    "what is left of some credit": lambda work, place: explaining.explain_lot(
        work, credits.credit_lots(work, place.marsh).rows[0].id
    ),
    "the three balances": lambda work, place: balances.balances(work, place.marsh),
    "a statement": lambda work, place: statements.statement(
        work, place.marsh, since=place.since, until=place.today
    ),
    "a later page of a statement": lambda work, place: statements.statement(
        work, place.marsh, since=place.since, until=place.today, after=place.line
    ),
    "why an invoice has its status": lambda work, place: explaining.explain_status(
        work, place.invoice
    ),
    "what was paid on an invoice": lambda work, place: explaining.explain_invoice(
        work, place.invoice, Figure.PAID
    ),
    "a customer's Invoice balance": lambda work, place: explaining.explain_customer(
        work, place.marsh, currency="AUD"
    ),
    "what is in the bank": lambda work, place: explaining.explain_balance(
        work, Code.BANK, currency="AUD"
    ),
    "why a credit request has its status": lambda work, place: explaining_requests.explain_request(
        work, place.request
    ),
    "why a part of a plan has its status": lambda work, place: explaining.explain_part(
        work, place.planned, 1
    ),
    "the audit log": lambda work, place: activity.acts(work, {}),
    "what somebody did on some days": lambda work, place: activity.acts(
        work, {"who": activity.doers(work)[0].id, "since": "2026-01-01", "until": "2030-01-01"}
    ),
    "what was done around an invoice": lambda work, place: activity.acts(
        work, {"search": place.invoice, "kind": "invoices"}
    ),
    "what was done around a customer": lambda work, place: activity.acts(work, {"search": "mar"}),
    "what was done around a number": lambda work, place: activity.acts(
        work, {"search": "INV-00001"}
    ),
    "the numbers to come": lambda work, place: settings.numbering(work),
    "who set the numbers last": lambda work, place: settings.charging(work),
    "what waits to be placed": lambda work, place: unplaced.unplaced(work),
    "a customer's record": lambda work, place: parties.customer(work, place.marsh),
    "the timeline of a partner": lambda work, place: timelines.timeline(work, place.partner),
    "the timeline of a credit request": lambda work, place: timelines.timeline(work, place.request),
    "the timeline of an invoice": lambda work, place: timelines.timeline(work, place.invoice),
    "the timeline of a payment": lambda work, place: timelines.timeline(work, place.payment),
    "the timeline of a customer": lambda work, place: timelines.timeline(work, place.marsh),
    "letters": lambda work, place: letters.letters(work),
    "letters about an invoice": lambda work, place: letters.letters(work, about=place.invoice),
    "letters found by number": lambda work, place: letters.letters(work, search="INV-00001"),
    "letters found by name": lambda work, place: letters.letters(work, search="mar"),
    "letters found by e-mail": lambda work, place: letters.letters(
        work, search="cleo@harbour.example"
    ),
    "the people at a customer": lambda work, place: people.contacts(work, place.marsh),
}


@pytest.mark.parametrize("asked", ASKED)
def test_no_read_of_an_admin_walks_through_a_whole_table(place: Place, asked: str):
    database = place.till.world.database

    assert walks(database, lambda: place.till.does(lambda work: ASKED[asked](work, place))) == []


# What a customer's contact asks.
OWN: dict[str, Callable[[Any, Place], Any]] = {
    "the panel of what is unpaid": lambda work, place: own_documents.unpaid(work),
    "own invoices": lambda work, place: own_documents.my_invoices(work),
    "one own invoice": lambda work, place: own_documents.my_invoice(work, place.invoice),
    "own requests": lambda work, place: own_documents.my_credit_requests(work),
    "own payments": lambda work, place: own_documents.my_payments(work),
    "one own payment": lambda work, place: own_documents.my_payment(work, place.payment),
    "own refunds": lambda work, place: own_documents.my_refunds(work),
}


@pytest.mark.parametrize("asked", OWN)
def test_no_read_of_a_customer_walks_through_a_whole_table(place: Place, asked: str):
    world = place.till.world

    assert (
        walks(world.database, lambda: world.cleo.does(lambda work: OWN[asked](work, place))) == []
    )


def test_a_walk_through_a_whole_table_is_seen(place: Place):
    world = place.till.world

    @operator_read
    def count_all(work: Work[OperatorActor]) -> int:
        wanted = select(func.count()).select_from(Posting).where(Posting.amount_minor == 1)
        return work.exec(wanted).one()

    assert walks(world.database, lambda: world.operator(count_all)) != []
