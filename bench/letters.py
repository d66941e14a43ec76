"""How many letters a second leave, from the row in the database to a mail server that says yes.

Each is a receipt: looked up, rendered as text and HTML, handed over, and noted as sent. The
server is in this process and keeps nothing, so the figure is ours and not a network's.
"""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass
from typing import Any

from aiosmtpd.controller import Controller
from sqlmodel import col, select

from bench.ground import Ground, founded
from billing_app import config
from billing_app.access.database import Database
from billing_app.access.guard import admin_read
from billing_app.access.installation import Installation
from billing_app.access.work import Work
from billing_app.documents.letters.message import message_of
from billing_app.jobs.send_letter import full_facts, send_letter
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.money import Money
from billing_app.models.outbox import Letter
from billing_app.models.party import Customer
from billing_app.services import paying

EACH = 200


@dataclass(frozen=True)
class About:
    """A job, as far as sending needs it."""

    subject: str


class Sink:
    """A mail server that takes everything and keeps nothing."""

    async def handle_DATA(self, *_: Any) -> str:
        """Say yes."""
        return "250 OK"


def measure(database: Database) -> list[str]:
    """A line for rendering alone, and one for the whole way."""
    ground = founded(database)
    letters = _receipts(ground)
    port = _free_port()
    controller = Controller(Sink(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        place = _place(database, port)
        began = time.perf_counter()
        facts = full_facts(place, letters[0])
        for _ in letters:
            message_of(facts, sender="bills@bench.example", public_url="https://b.example")
        rendered = time.perf_counter()
        for letter in letters:
            send_letter(place, About(letter))
        sent = time.perf_counter()
    finally:
        controller.stop()
    return [
        f"{ground.name}: letters rendered                       {EACH / (rendered - began):7.0f}/s",
        f"{ground.name}: letters looked up, handed over, noted  {EACH / (sent - rendered):7.0f}/s",
    ]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _place(database: Database, port: int) -> Installation:
    settings = config.load(
        {
            "QUITTANCE_HOME": "/nowhere",
            "LINK_KEY": "a key for figures and for nothing else",
            "PUBLIC_URL": "https://b.example",
            "SMTP_URL": f"smtp://127.0.0.1:{port}",
            "MAIL_FROM": "bills@bench.example",
        }
    )
    return Installation(settings, database)


def _receipts(ground: Ground) -> list[str]:
    customer = show(Customer.prefix, ground.customer("Bench"))
    for minor in range(1, EACH + 1):
        _pay(ground, customer, minor)

    def look(work: Work[Any]) -> list[str]:
        wanted = select(Letter).where(Letter.kind == "receipt").order_by(col(Letter.id))
        return [letter.shown_id for letter in work.exec(wanted)]

    return ground.does(admin_read()(look))


def _pay(ground: Ground, customer: str, minor: int) -> None:
    ground.does(
        lambda work: paying.record_payment(
            work,
            show("pay", new_id()),
            party_id=customer,
            amount=Money(minor, "AUD"),
            kind="cash",
        )
    )
