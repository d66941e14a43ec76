"""A shop that charges by itself: Marsh Design wishes it, and days come when told to."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import SimpleNamespace
from typing import Any

from sqlmodel import col, select

from billing_app.access.actors import RunnerActor
from billing_app.access.guard import operator_command
from billing_app.access.installation import work_now
from billing_app.access.outbox import CHARGE_PLANNED, GIVE_UP_PAYMENT
from billing_app.access.work import Work
from billing_app.documents.letters.charges import with_charge
from billing_app.documents.letters.message import render
from billing_app.documents.letters.rendering import as_text
from billing_app.jobs.charge_planned import charge_planned, give_up_payment
from billing_app.jobs.request_payment import request_payment
from billing_app.jobs.send_letter import full_facts, send_letter
from billing_app.kernel.clock import clock
from billing_app.kernel.ids import show
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.outbox import Job, Letter
from billing_app.reads import letters, telling
from billing_app.reads.planned_charges import PlannedChargeView, planned_charges
from billing_app.services import delivering, enrolling, organizing
from tests.posting import PUBLIC_URL
from tests.shop import Shop
from tests.stripes import Stripes
from tests.world import World

NO_FUNDS = "pm_card_visa_chargeDeclinedInsufficientFunds"


class Ahead(Shop):
    """Ada's settings charge by themselves after three days, and try again after one and two."""

    def __init__(self, world: World, stripes: Stripes) -> None:
        super().__init__(world, stripes)
        self.charging()
        self.customer()

    def charging(self, **said: Any) -> str:
        """Set how customers are charged by themselves."""
        usual: dict[str, Any] = {"charge_invoices": True, "charge_requests": True}
        usual |= {"charge_after_days": 3, "retry_after_days": (1, 2)}
        return self.does(lambda work: organizing.set_charging(work, **(usual | said)))

    def customer(self, **said: Any) -> str:
        """Say what Marsh Design wishes: to be charged."""
        usual: dict[str, Any] = {
            "name": "Marsh Design",
            "email": self.world.email("letters"),
            "due_days": "14",
        }
        usual |= {"legal_name": "", "address": "", "tax_id": "", "currency": "AUD", "locale": "en"}
        said = {"autopay": True} | said
        return self.does(
            lambda work: enrolling.change_customer(work, self.world.marsh, **(usual | said))
        )

    def asks(self, document: str, *, tells: bool = True) -> str:
        """Let the runner ask for what was issued, and send its letter; returns the document."""
        request_payment(self.place, self._about(document))
        if tells:
            self.tells()
        return document

    def bills(self, minor: int = 110_00, *, tells: bool = True) -> str:
        """Issue an invoice, which is asked for at once."""
        return self.asks(self.invoice(minor), tells=tells)

    def bills_for_today(self, minor: int = 110_00) -> str:
        """Issue an invoice that was announced, and whose day has come."""
        invoice = self.bills(minor)
        self.stripes.pass_time(days=3)
        return invoice

    def tells(self) -> None:
        """Let the letters about charges leave that wait."""
        sends = replace(self.place, settings=replace(self.place.settings, demo=True))
        for letter_id in self._unsent():
            send_letter(sends, self._about(letter_id))

    def is_refused(self) -> None:
        """Let no mail server take the letters about charges that wait."""
        for letter_id in self._unsent():
            to = full_facts(self.place, letter_id).recipient
            refuse = partial(delivering.note_refused, to=to, answer="Nobody there.")
            work_now(RunnerActor(), self.world.database, partial(refuse, letter_id=letter_id))

    def plans(self, document: str) -> tuple[PlannedChargeView, ...]:
        return self.does(lambda work: planned_charges(work, document))

    def charges(self, document: str) -> None:
        """Charge what is planned now for a document, as the runner does, whatever the day."""
        for plan in self.plans(document):
            charge_planned(self.place, self._about(plan.id))

    def come(self, days: int, *documents: str) -> None:
        """Let days pass; on the last of them, do what is due then of what is planned."""
        self.stripes.pass_time(days=days)
        for plan in [plan for each in documents for plan in self.plans(each)]:
            if plan.charge_on <= self.today():
                charge_planned(self.place, self._about(plan.id))

    def gives_up(self) -> None:
        """Give up at the gateway whatever is to be given up there."""
        for job in self.owed(GIVE_UP_PAYMENT):
            give_up_payment(self.place, self._about(job))

    def owed(self, kind: str = CHARGE_PLANNED) -> list[str]:
        """What jobs of a kind are about, in order."""
        wanted = select(Job.subject, Job.id).where(Job.kind == kind)
        return [row[0] for row in self._rows(wanted.order_by(col(Job.id)))]

    def letters(self) -> list[str]:
        """The kinds of the letters about charges, in order."""
        wanted = select(Letter.kind, Letter.id).where(col(Letter.kind).startswith("charge_"))
        return [row[0] for row in self._rows(wanted.order_by(col(Letter.id)))]

    def written_about(self, document: str) -> list[str]:
        """The kinds of all letters about a document, in order."""
        wanted = select(Letter.kind, Letter.id).where(Letter.subject == document)
        return [row[0] for row in self._rows(wanted.order_by(col(Letter.id)))]

    def letter_ids(self) -> list[str]:
        """The letters about charges, in order."""
        wanted = select(Letter.id, Letter.kind).where(col(Letter.kind).startswith("charge_"))
        found = self._rows(wanted.order_by(col(Letter.id)))
        return [show(Letter.prefix, row[0]) for row in found]

    def last_letter(self) -> tuple[str, str, str]:
        """Subject and words of the last letter, and why it would not be sent any more."""
        letter_id = self.letter_ids()[-1]
        found = work_now(
            RunnerActor(),
            self.world.database,
            lambda work: letters.letter(work, letter_id, public_url=PUBLIC_URL),
        )
        facts = work_now(
            self.system,
            self.world.database,
            lambda work: with_charge(
                work, telling.in_full(work, found, public_url=PUBLIC_URL), public_url=PUBLIC_URL
            ),
        )
        content = render(facts)
        return content.subject, " ".join(as_text(content).split()), facts.needless

    def keeps_poor_card(self) -> None:
        """Marsh Design left a card with us that has too little money on it by now."""
        self.saves_card()
        with self.stripes.simulated.store.writing() as connection:
            connection.execute(
                "UPDATE objects SET body = replace(body, ?, ?) WHERE kind = 'payment_method'",
                ('"pm_card_visa"', f'"{NO_FUNDS}"'),
            )

    def chain(self) -> list[tuple[str, bool]]:
        """How the attempts by itself stand, and whether each tries an earlier one again."""
        wanted = (
            select(PaymentAttempt.state, PaymentAttempt.retry_of_id)
            .where(PaymentAttempt.begun_by == "organization")
            .order_by(col(PaymentAttempt.made_at), col(PaymentAttempt.id))
        )
        return [(state, retried is not None) for state, retried in self._rows(wanted)]

    def leave_nothing_to_come(self) -> None:
        """Other tests read the newest letters and do what is due: nothing of ours lies ahead."""
        ours = self.system.organization_id

        @operator_command
        def leave(work: Work[Any]) -> None:
            for letter in work.exec(select(Letter).where(Letter.organization_id == ours)):
                letter.written_at = clock.now()
            for job in work.exec(select(Job).where(Job.organization_id == ours)):
                job.done_at = clock.now()

        self.world.operator(leave)

    def _unsent(self) -> list[str]:
        waiting = select(Letter.id, Letter.kind).where(
            col(Letter.kind).startswith("charge_"),
            col(Letter.sent_at).is_(None),
            col(Letter.bounced_at).is_(None),
        )
        return [show(Letter.prefix, row[0]) for row in self._rows(waiting)]

    def _about(self, subject: str) -> Any:
        return SimpleNamespace(organization_id=self.system.organization_id, subject=subject)
