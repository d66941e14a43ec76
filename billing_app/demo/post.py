"""The letters of the demo's business: one of each kind, written by what makes them due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from sqlmodel import col, select

from billing_app.access.actors import Member, SystemActor
from billing_app.access.guard import system_read
from billing_app.access.work import Work
from billing_app.demo.books import Desk
from billing_app.kernel.clock import clock
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.reads.reminders import reminders
from billing_app.services import (
    asking_to_pay,
    enrolling,
    invoicing,
    planning,
    reminding,
    sending_statements,
)

Act = Callable[[Any, Callable[[Work[Any]], Any]], Any]


def keep(act: Act, ada: Member, desk: Desk, customers: Sequence[str]) -> None:
    """Ask for what is open, remind of it, and tell who has to know."""
    system = SystemActor(organization_id=ada.organization_id)
    marsh, _, _, kestrel, tidewater, *_, solveig, _ = customers
    desk.act(lambda work: reminding.set_reminders(work, days=[-3, 0, 7, 14]))
    desk.act(partial(_of_solveig, customer_id=solveig))
    _in_two_parts(desk, kestrel)
    soon = desk.draft(solveig, desk.line("Norwegisch für Anfänger", 18_000), due_in=4)
    desk.act(lambda work: invoicing.issue_invoice(work, soon))
    _ask(act, system)
    desk.act(partial(_of_tidewater, customer_id=tidewater))
    desk.act(
        lambda work: sending_statements.send_statement(
            work,
            marsh,
            since=clock.now().date() - timedelta(days=30),
            until=clock.now().date(),
        )
    )
    desk.act(lambda work: asking_to_pay.ask_again(work, soon))
    # Nobody is reminded at night, and three times seven hours are never all of them night.
    for _ in range(3):
        _remind(act, system)


def _in_two_parts(desk: Desk, kestrel: str) -> None:
    drafted = desk.draft(kestrel, desk.line("First aid, two evenings", 40_000))
    first = clock.now().date() + timedelta(days=5)
    desk.act(
        lambda work: planning.plan_in_equal_parts(
            work, drafted, count=2, first_due_on=first, days_apart=14
        )
    )
    desk.act(lambda work: invoicing.issue_invoice(work, drafted))


def _of_solveig(work: Work[Any], customer_id: str) -> str:
    return enrolling.change_customer(
        work,
        customer_id,
        name="Solveig Aas",
        email="solveig@aas.example",
        due_days="7",
        legal_name="",
        address="Hafenstraße 3\n20457 Hamburg",
        tax_id="",
        currency="AUD",
        locale="de",
        autopay=False,
    )


def _of_tidewater(work: Work[Any], customer_id: str) -> str:
    return enrolling.change_customer(
        work,
        customer_id,
        name="Tidewater Music School",
        email="accounts@tidewater.example",
        due_days="14",
        legal_name="",
        address="",
        tax_id="",
        currency="AUD",
        locale="en",
        autopay=False,
    )


def _ask(act: Act, system: SystemActor) -> None:
    """Do what a runner does a moment after something was issued: ask for what is to pay."""
    documents = act(system, _open)

    def ask(work: Work[Any]) -> None:
        for document in documents:
            asking_to_pay.ask_to_pay(work, document)

    act(system, ask)


def _remind(act: Act, system: SystemActor) -> None:
    """Do what a runner does each hour."""
    found = act(system, reminders)

    def remind(work: Work[Any]) -> None:
        for due in found:
            asking_to_pay.remind(work, due.document_id, kind=due.kind, detail=due.detail)

    act(system, remind)


@system_read
def _open(work: Work[SystemActor]) -> list[str]:
    kinds: tuple[Any, ...] = (Invoice, CreditRequest)
    return [
        document.shown_id
        for kind in kinds
        for document in work.exec(
            select(kind).where(col(kind.still_to_pay_minor) > 0).order_by(col(kind.id))
        )
    ]
