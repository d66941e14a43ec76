"""A house under siege: its server and its admins are killed -9 at any moment, and start again.

What stays are the database, the payers' browsers, and the gateway, which is another house.
"""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import httpx
import psutil
from sqlmodel import Session, col, func, select

from billing_app import config, migrations
from billing_app.access.database import Database
from billing_app.access.installation import Installation
from billing_app.access.pay_links import pay_token
from billing_app.collecting.reconciling import reconcile
from billing_app.jobs.runner import Runner
from billing_app.kernel.clock import clock
from billing_app.kernel.ids import show
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer
from billing_app.models.pay_link import PayLink
from billing_app.models.payment import Payment, Refund
from billing_app.models.refund_attempt import UNDECIDED, RefundAttempt
from tests import desk_process
from tests.checking import Rows, check_books
from tests.diary import Diary
from tests.servers import (
    PLAIN,
    Warmed,
    free_port,
    installed,
    make_it_a_demos,
    started,
    surroundings,
    wait_until_ready,
)
from tests.shop import Shop
from tests.stripe_process import DistantStripe
from tests.world import World

CUSTOMERS = 4
VISA = "4242424242424242"
_COMES_BACK = 0.7
_LOOKS, _A_WHILE = 3, timedelta(minutes=5)
_MISTAKE = re.compile(r'"level": "(error|critical)"|^Traceback')
_ONE_IN_SO_MANY_STARTS_COLD = 8


class Siege:
    """The house, who is in it, and how often what of it was killed."""

    def __init__(self, database_url: str, folder: Path, stripe: DistantStripe, seed: int) -> None:
        self.stripe = stripe
        self.kills: Counter[str] = Counter()
        self.restarts: dict[str, list[float]] = {"cold": [], "warm": []}
        self.looks = 0
        self._seed = seed
        self._folder = folder
        self._port = free_port()
        self.base = f"http://127.0.0.1:{self._port}"
        self._environ = surroundings(folder, database_url, self._port, self.base) | stripe.known
        self._log, self._desk_log = folder / "server.log", folder / "desk.log"
        self._diary = Diary(folder / "diary")
        self.database: Database = installed(database_url, folder).database
        migrations.migrate(self.database)
        self.world = World(self.database)
        make_it_a_demos(self.database)
        stripe.tells(self.base)
        stripe.settings = config.load(self._environ)
        self.place = Installation(stripe.settings, self.database)
        self.desk = Shop(self.world, stripe)  # type: ignore[arg-type]
        self.desk.place = self.place
        self._customers = [self._customer(number) for number in range(CUSTOMERS)]
        self._server: Warmed | subprocess.Popen[bytes] | None = None
        self._desk: Warmed | None = None
        self._lasting: Rows = {}

    def _customer(self, number: int) -> str:
        """A customer who has left a card for later, paying an invoice of one dollar with it."""
        customer = self.world.add_customer(self.world.ada, f"Customer {number}")
        invoice = self.desk.invoice(1_00, party_id=customer)
        said = {"customer_id": Customer.read_id(customer), "saves": True, "begun_by": "contact"}
        self.desk.comes_back(self.desk.fills(self.desk.leads(invoice, **said), save="yes"))
        return customer

    def start_server(self) -> None:
        """Start it again and wait until it answers: sometimes as an operator would, cold."""
        cold = not len(self.restarts["cold"] + self.restarts["warm"]) % _ONE_IN_SO_MANY_STARTS_COLD
        self._log.touch()
        began = time.monotonic()
        self._server = (started if cold else Warmed)(["serve"], self._environ, self._log)
        wait_until_ready(self.base, self._server, self._log)
        self.restarts["cold" if cold else "warm"].append(time.monotonic() - began)

    def kill_server(self) -> None:
        """Kill all of its processes at one moment."""
        assert self._server is not None, "it was started"
        supervisor = psutil.Process(self._server.pid)
        family = [supervisor, *supervisor.children(recursive=True)]
        for process in family:
            process.suspend()
        for process in family:
            process.kill()
        self._server.wait(timeout=20)
        psutil.wait_procs(family[1:], timeout=20)
        self.kills["server"] += 1

    def start_desk(self) -> None:
        """Have the admins at work again."""
        words = [str(self._folder), f"{self._seed} {self.kills['desk']}", self.world.ada.email]
        self._desk_log.touch()
        self._desk = Warmed(
            [*words, *self._customers], self._environ, self._desk_log, desk_process.main
        )

    def kill_desk(self) -> None:
        """Kill the admins in the middle of whatever they do."""
        assert self._desk is not None, "it was started"
        assert self._desk.poll() is None, self._desk_log.read_text()
        os.kill(self._desk.pid, signal.SIGKILL)
        self._desk.wait(timeout=20)
        self.kills["desk"] += 1

    def pays(self, chance: random.Random, machine: str) -> None:
        """Somebody opens the link of an invoice, pays on the gateway's page, and comes back.

        Some never come back; and when the house does not answer, nothing comes of it.
        """
        link = self._any_link()
        if link is None:
            return
        calling = httpx.HTTPTransport(verify=PLAIN, local_address=machine)
        with httpx.Client(transport=calling, base_url=self.base, timeout=30) as browser:
            try:
                said = {"way": "card", "much": "all"}
                headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
                asked = browser.post(f"/pay/{pay_token(link)}", data=said, headers=headers)
                page = asked.headers.get("location", "")
                if self.stripe.base not in page:
                    return
                back = self.stripe.submit(
                    page, pay_with="card", card=VISA, email="mail@stranger.example"
                ).headers.get("location", "")
                if back and chance.random() < _COMES_BACK:
                    browser.get(back)
            except httpx.TransportError:
                time.sleep(0.1)

    def _any_link(self) -> PayLink | None:
        wanted = (
            select(PayLink)
            .join(Invoice, col(Invoice.id) == PayLink.invoice_id)
            .where(col(Invoice.still_to_pay_minor) > 0)
            .order_by(func.random())
        )
        with Session(self.database.engine) as session:
            return session.exec(wanted.limit(1)).first()

    def look_over(self) -> None:
        """Whatever is just going on, the books are sound, and nothing that lasts has changed."""
        self.looks += 1
        before = self._lasting
        self._lasting = self.desk.sees(lambda work: check_books(work, before).lasting)

    def come_to_rest(self) -> None:
        """Let a while pass, and have whoever is left find out what became of everything."""
        clock.allow_moving()
        for _ in range(_LOOKS):
            clock.move(_A_WHILE)
            reconcile(self.place)
            Runner(self.place, periodic=()).drain()

    def taken(self) -> dict[str, tuple[str, int]]:
        """What the books say was taken: payment by payment, by which attempt and how much."""
        wanted = select(PaymentAttempt, Payment.amount_minor).where(
            Payment.attempt_id == PaymentAttempt.id
        )
        with Session(self.database.engine) as session:
            return {
                str(attempt.gateway_payment): (attempt.shown_id, minor)
                for attempt, minor in session.exec(wanted)
            }

    def given_back(self) -> dict[str, int]:
        """What the books say went back to cards, refund by refund."""
        wanted = select(RefundAttempt.gateway_refund, Refund.amount_minor).where(
            Refund.id == RefundAttempt.id
        )
        with Session(self.database.engine) as session:
            return {str(name): minor for name, minor in session.exec(wanted)}

    def undecided(self) -> list[str]:
        """The attempts of which nobody knows yet how they ended."""
        taking = select(PaymentAttempt).where(
            col(PaymentAttempt.state).in_(("created", "unknown", "processing"))
        )
        giving = select(RefundAttempt).where(col(RefundAttempt.state).in_(UNDECIDED))
        with Session(self.database.engine) as session:
            return [each.shown_id for each in [*session.exec(taking), *session.exec(giving)]]

    def lost(self) -> list[str]:
        """What an admin was told was done, and is not there."""
        told = {line.split()[1] for line in self._diary.path.read_text().splitlines()}
        there = set()
        with Session(self.database.engine) as session:
            for kind in (Invoice, PaymentAttempt, RefundAttempt):
                there |= {show(kind.prefix, each) for each in session.exec(select(kind.id))}
        return sorted(told - there - {"refused"})

    def mistakes(self) -> list[str]:
        """What nobody had thought of, as server and admins wrote it down."""
        said = self._log.read_text() + self._desk_log.read_text()
        return [line for line in said.splitlines() if _MISTAKE.search(line)]

    def answered(self) -> Counter[str]:
        """How often admins were answered, by what they had asked for and how that ended."""
        lines = (line.split() for line in self._diary.path.read_text().splitlines())
        return Counter(f"{verb} {'refused' if of == 'refused' else 'done'}" for verb, of in lines)
