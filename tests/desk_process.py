"""A process in which admins issue, charge and give back, over and over, until it is killed.

Each clerk notes what they are about to send before they send it. Whoever starts after a death
sends the same form again, as people do who saw no answer, and then goes on.
"""

from __future__ import annotations

import json
import random
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from billing_app import config
from billing_app.access.guard import admin_read
from billing_app.access.installation import Installation, install
from billing_app.access.work import Work
from billing_app.collecting.refunds import refund_to_card
from billing_app.collecting.saved import ChargeAsked, charge_saved
from billing_app.kernel.audience import Audience
from billing_app.kernel.errors import BillingError, Busy
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.lines import DraftLine
from billing_app.kernel.money import Money
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer
from billing_app.models.payment import Payment
from billing_app.services import drafting, invoicing, linking
from billing_app.services.paying import Part
from billing_app.services.refund_asking import RefundAsked
from tests.diary import Diary
from tests.world import Person

CLERKS = 4
_ISSUE, _CHARGE, _GIVE_BACK = "issue", "charge", "give_back"
_LEAST = 1_00
_RESTS_S = 0.05

Form = dict[str, Any]


def main(words: list[str]) -> int:
    """Work as the admin of this address for these customers; keep the forms in this folder."""
    folder, seed, email, *customers = words
    place = install(config.load())
    admin = Person(place.database, email, Audience.ADMIN)
    clerks = [
        Clerk(place, admin, customers, Path(folder), number, random.Random(f"{seed} {number}"))
        for number in range(CLERKS)
    ]
    threads = [threading.Thread(target=clerk.work) for clerk in clerks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 1


class Clerk:
    """One admin with a pile of forms, who sends one after the other."""

    def __init__(
        self,
        place: Installation,
        admin: Person,
        customers: list[str],
        folder: Path,
        number: int,
        chance: random.Random,
    ) -> None:
        self._place = place
        self._admin = admin
        self._customers = customers
        self._at_hand = folder / f"form-{number}.json"
        self._diary = Diary(folder / "diary")
        self._chance = chance

    def work(self) -> None:
        """Send forms without end. What is not a refusal is our mistake, and is written down."""
        while True:
            form = self._unanswered() or self._another()
            if form is None:
                time.sleep(_RESTS_S)
                continue
            self._keep(form)
            try:
                self._diary.write(f"{form['verb']} {self._answer(form)}")
            except Busy:
                time.sleep(_RESTS_S)
                continue
            except Exception:
                traceback.print_exc(file=sys.stdout)
                sys.stdout.flush()
            self._at_hand.unlink()

    def _answer(self, form: Form) -> str:
        """The id of what came of a form, or that it was refused."""
        try:
            return {_ISSUE: self._issue, _CHARGE: self._charge, _GIVE_BACK: self._give_back}[
                form["verb"]
            ](form)
        except Busy:
            raise
        except BillingError:
            return "refused"

    def _keep(self, form: Form) -> None:
        fresh = self._at_hand.with_suffix(".new")
        fresh.write_text(json.dumps(form))
        fresh.replace(self._at_hand)

    def _unanswered(self) -> Form | None:
        with suppress(FileNotFoundError):
            form: Form = json.loads(self._at_hand.read_text())
            return form
        return None

    def _another(self) -> Form | None:
        verb = self._chance.choices((_ISSUE, _CHARGE, _GIVE_BACK), (5, 4, 3))[0]
        if verb == _CHARGE:
            wanted = select(Invoice.id, Invoice.customer_id).where(
                Invoice.state == "issued", col(Invoice.still_to_pay_minor) > 0
            )
            found = self._any(wanted)
            return found and {
                "verb": verb,
                "id": show("att", new_id()),
                "invoice": show(Invoice.prefix, found[0]),
                "customer": show(Customer.prefix, found[1]),
            }
        if verb == _GIVE_BACK:
            # Nobody charges less than the gateway takes, so no less is owed again.
            paid = select(Payment.id, Payment.amount_minor).where(Payment.method == "gateway")
            found = self._any(paid)
            return found and {
                "verb": verb,
                "id": show("rfa", new_id()),
                "payment": show(Payment.prefix, found[0]),
                "minor": self._chance.randint(_LEAST, found[1]),
            }
        return {
            "verb": verb,
            "id": show("inv", new_id()),
            "customer": self._chance.choice(self._customers),
            "minor": self._chance.randint(_LEAST, 300_00),
        }

    def _any(self, wanted: Any) -> tuple[Any, ...] | None:
        @admin_read()
        def look(work: Work[Any]) -> tuple[Any, ...] | None:
            found = work.exec(wanted.order_by(func.random()).limit(1)).first()
            return found and tuple(found)

        return self._admin.does(look)

    def _issue(self, form: Form) -> str:
        invoice, price = form["id"], Money(form["minor"], "AUD")
        lines = [DraftLine(description="Design", unit_price=price)]
        self._admin.does(
            lambda work: drafting.draft_invoice(
                work, invoice, party_id=form["customer"], lines=lines
            )
        )
        self._admin.does(
            lambda work: invoicing.issue_invoice(work, invoice, command_key=f"{invoice}:issue")
        )
        self._admin.does(lambda work: linking.make_pay_link(work, invoice))
        return str(invoice)

    def _charge(self, form: Form) -> str:
        asked = ChargeAsked(
            attempt_id=form["id"],
            customer_id=form["customer"],
            parts=(Part(form["invoice"]),),
            command_key=f"{form['id']}:charge",
        )
        return charge_saved(self._place, self._admin.actor, asked)  # type: ignore[arg-type]

    def _give_back(self, form: Form) -> str:
        asked = RefundAsked(
            attempt_id=form["id"],
            payment_id=form["payment"],
            amount=Money(form["minor"], "AUD"),
            choice="still_owes",
            reason="The wrong card was used",
            command_key=f"{form['id']}:refund",
        )
        return refund_to_card(self._place, self._admin.actor, asked)  # type: ignore[arg-type]
