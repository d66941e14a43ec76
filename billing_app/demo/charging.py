"""The demo's customers who wish to be charged by themselves, and what came of that.

One is going to be charged in three days, one was charged, one was declined, and one's bank wants
to ask them: the letters about it lie in the mailbox.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlmodel import select

from billing_app.access.actors import AdminActor, SystemActor
from billing_app.access.guard import admin_read
from billing_app.access.installation import Installation, work_now
from billing_app.access.work import Work
from billing_app.collecting.pages import PageAsked, come_back, pay_on_page
from billing_app.collecting.planned import NotAnnouncedYet, charge_planned, plan
from billing_app.demo.asking import ask, draft
from billing_app.demo.books import Desk
from billing_app.demo.browsing import Browser
from billing_app.demo.hush import wait_until
from billing_app.models.books import TaxRate
from billing_app.models.party import Customer
from billing_app.reads.planned_charges import planned_charges
from billing_app.services import enrolling, organizing
from billing_app.services.claiming import BeingPaid
from billing_app.services.paying import Part

T = TypeVar("T")

_VISA, _ASKS_EACH_TIME = "4242424242424242", "4000002760003184"
_DAYS_TO_OBJECT = 3


class Wishes:
    """Those who left a card and wish to be charged, and Ada, who bills them."""

    def __init__(self, place: Installation, ada: AdminActor, browser: Browser) -> None:
        self._place = place
        self._ada = ada
        self._browser = browser
        self._system = SystemActor(organization_id=ada.organization_id)
        self._desk = Desk(lambda command: work_now(ada, place.database, command), "AUD")

    def live_through(self) -> None:
        """Leave cards, wish it, be billed; and let the day come for all but one."""
        self._desk.tax = self._look(lambda work: work.exec(select(TaxRate)).one().shown_id)
        self._wait_for_objections(0)
        wishing = [
            self._wishing(name, card)
            for name, card in (
                ("Harriet Okonkwo", _VISA),
                ("Pilgrim Street Studio", _ASKS_EACH_TIME),
            )
        ]
        for customer_id in wishing:
            self._charge(self._bill(customer_id, "Lessons, this month", 24_000))
        declined = self._bill(
            self._wishing("Bellweather Coworking", _VISA), "One more lesson", 9_500
        )
        self._have_the_next_card_declined()
        self._charge(declined)
        self._wait_for_objections(_DAYS_TO_OBJECT)
        solveig = self._wishing("Solveig Aas", _VISA)
        self._plan(self._bill(solveig, "Norwegian, ten lessons", 60_000))
        self._plan(ask(self._desk, wishing[0], 36_000, "Ten lessons in the autumn"))
        draft(self._desk, solveig, 25_000, "Norwegian, the next ten lessons")

    def _wait_for_objections(self, days: int) -> None:
        self._desk.act(
            lambda work: organizing.set_charging(
                work,
                charge_invoices=True,
                charge_requests=True,
                charge_after_days=days,
                retry_after_days=(3, 5, 7),
            )
        )

    def _wishing(self, name: str, card: str) -> str:
        """A customer who leaves a card, paying for their enrolment, and wishes to be charged."""
        said = self._look(lambda work: _on_record(work, name))
        customer_id = said.pop("customer_id")
        self._leave(card, customer_id, self._bill(customer_id, "Enrolment", 1_000))
        self._desk.act(
            lambda work: enrolling.change_customer(work, customer_id, **said, autopay=True)
        )
        return str(customer_id)

    def _leave(self, card: str, customer_id: str, invoice: str) -> None:
        home = f"{self._place.settings.public_url}/customer"
        asked = PageAsked(
            customer_id=Customer.read_id(customer_id),
            parts=(Part(invoice),),
            saves=True,
            begun_by="contact",
            back=f"{home}?s={{session}}",
            given_up=home,
        )
        page = pay_on_page(self._place, self._system, asked)
        back = self._browser.submit(page, "card", card, save="yes")
        if card == _ASKS_EACH_TIME:
            back = self._browser.post(back, proven="yes")
        come_back(self._place, self._ada.organization_id, back.rpartition("=")[2])

    def _bill(self, customer_id: str, words: str, minor: int) -> str:
        return self._desk.bill(customer_id, self._desk.line(words, minor))

    def _plan(self, document: str) -> None:
        """What the runner does as well: whoever is first."""
        plan(self._place, self._ada.organization_id, document)

    def _charge(self, invoice: str) -> None:
        """Have it charged today: as soon as the letter that announces it has left."""
        self._plan(invoice)
        for planned in self._look(lambda work: planned_charges(work, invoice)):
            wait_until(lambda plan=planned.id: self._was_charged(plan))  # type: ignore[misc]

    def _was_charged(self, plan_id: str) -> bool:
        try:
            charge_planned(self._place, self._ada.organization_id, plan_id)
        except (BeingPaid, NotAnnouncedYet):
            return False
        return True

    def _have_the_next_card_declined(self) -> None:
        """The simulated Stripe can be told to; anybody can, at its panel."""
        panel = f"{self._place.settings.stripe_api_base}/panel/mood"
        self._browser.post(panel, name="card_fails", times="1")

    def _look(self, read: Callable[[Work[Any]], T]) -> T:
        return work_now(self._ada, self._place.database, admin_read()(read))


def _on_record(work: Work[Any], name: str) -> dict[str, Any]:
    """What is on record about a customer, in the words of the form that changes it."""
    row = work.exec(select(Customer).where(Customer.name == name)).one()
    kept = ("name", "email", "legal_name", "address", "tax_id", "currency", "locale")
    said = {field: getattr(row, field) for field in kept}
    return said | {"customer_id": row.shown_id, "due_days": str(row.due_days)}
