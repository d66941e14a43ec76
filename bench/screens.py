"""Screens of a business with many invoices, over the socket, beside the same ones fed constants.

A screen is asked for as a browser does when somebody goes there: its address is sent, its states
load, and the time ends when the last of them has been answered. Two people take turns at one
server. To one of them every read is told as it was found the first time, so that what remains is
the socket, the gate, the states, the Work that they open and what is sent.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from bench.business import Business
from bench.ground import Ground, founded
from bench.reading import analyze, patience
from bench.screen_server import CONSTANT
from bench.tab import Tab
from bench.timing import Timings
from billing_app.access.actors import DoorActor, OperatorActor
from billing_app.access.database import Database
from billing_app.access.guard import admin_read
from billing_app.access.installation import work_now
from billing_app.access.permissions import Role
from billing_app.access.sessions import open_session
from billing_app.kernel.audience import Audience
from billing_app.kernel.ids import show
from billing_app.ledger import proof
from billing_app.models.organization import Organization
from billing_app.models.people import Membership
from billing_app.reads import admin
from billing_app.reads.invoice_queries import Order, Standing
from billing_app.reads.statuses import Flag
from billing_app.services import founding

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "40"))
BAR = 1.5
_STATE = "reflex___state____state"
_GO = f"{_STATE}.reflex___state____on_load_internal_state.on_load_internal"
_ADMIN = f"{_STATE}.billing_app___ui___admin___"
_MORE_INVOICES = f"{_ADMIN}invoice_list____admin_invoices_state"
_MORE_PAYMENTS = f"{_ADMIN}payments____admin_payments_state"
_THERE = '"is_hydrated_rx_state_":true'
_PAUSE_S = 0.02
_STARTS_WITHIN_S = 300


@dataclass(frozen=True)
class Screen:
    """Where somebody goes, each time elsewhere; ``more`` is then asked for the next page."""

    name: str
    paths: tuple[str, ...]
    more: str = ""


@dataclass(frozen=True)
class Turns:
    """How long a screen took as it is, and fed constants."""

    name: str
    real: Timings
    constant: Timings

    def __str__(self) -> str:
        real, constant = self.real.percentile_ms(50), self.constant.percentile_ms(50)
        return (
            f"{self.name:<46} p50 {real:6.1f} ms   constant {constant:6.1f} ms"
            f"   ({real / constant:.2f}, bar {BAR})   p95 {self.real.percentile_ms(95):6.1f} ms"
        )


def measure(database: Database, count: int) -> Iterator[str]:
    """Make the business, prove its books, and go through its screens."""
    ground = founded(database)
    began = time.perf_counter()
    sold = Business(ground).sell(count)
    analyze(database)
    yield f"{ground.name}: {count:,} invoices made in {time.perf_counter() - began:.0f} s"
    with patience(database):
        wrong = ground.does(admin_read()(proof.differences))
    yield f"proof of them: {wrong or 'clean'}"
    real, same = (_enters(ground, name) for name in ("Ada", "Bea"))
    with (
        _serving(database, constant=same.membership_id) as url,
        Tab(url, real.cookie) as one,
        Tab(url, same.cookie) as other,
    ):
        for screen in _screens(ground, sold):
            yield str(_turns(screen, one, other))


def _screens(ground: Ground, sold: list[str]) -> list[Screen]:
    """Lists as they are, searched, narrowed, ordered and paged; and single things."""
    invoices, payments = "/admin/invoices", "/admin/payments"
    some, those = sold[:: max(1, len(sold) // 7)][:7], ground.does(admin.customers).rows[:7]
    names, days = ("Customer 0", "customer 0001", "cust"), str(ground.today().replace(month=1))

    def list_of(path: str, **words: str) -> str:
        return f"{path}?{urlencode(words)}" if words else path

    def searched(path: str, *typed: str) -> tuple[str, ...]:
        return tuple(list_of(path, search=each) for each in typed)

    return [
        Screen("Invoices", (invoices,)),
        Screen(
            "Invoices, the next page",
            (invoices,),
            more=_MORE_INVOICES,
        ),
        *(
            Screen(f"Invoices, {shelf}", (list_of(invoices, standing=shelf),))
            for shelf in Standing
            if shelf != Standing.ALL
        ),
        *(
            Screen(f"Invoices, order {order}", (list_of(invoices, order=order),))
            for order in Order
            if order != Order.USUAL
        ),
        Screen("Invoices, found by number", searched(invoices, "INV-00", "inv-000", "INV-00017")),
        Screen("Invoices, found by name", searched(invoices, *names)),
        Screen("Invoices, found by amount", searched(invoices, "100.37", "211.00", "345.83")),
        Screen("Invoices, found by nothing", searched(invoices, "nobody", "x@bench.example")),
        Screen(
            "Invoices, narrowed by amount and day",
            (list_of(invoices, least="200", most="300", issued_since=days),),
        ),
        Screen("Invoices, of a customer", (list_of(invoices, customer="Customer 000017"),)),
        Screen("an invoice", tuple(f"{invoices}/{each}" for each in some)),
        Screen("Payments", (payments,)),
        Screen("Payments, the next page", (payments,), more=_MORE_PAYMENTS),
        Screen("Payments, found by name", searched(payments, *names)),
        Screen("Payments, found by amount", searched(payments, "100.37", "211.00", "345.83")),
        Screen("Payments, found by reference", searched(payments, "TRF 0000", "trf 00001")),
        Screen("Payments, part of a reference", searched(payments, "000017", "0000")),
        Screen("Payments, refunded", (list_of(payments, flag=Flag.REFUNDED),)),
        Screen("Customers", ("/admin/customers",)),
        Screen("a customer", tuple(f"/admin/customers/{each.id}" for each in those)),
        Screen("Home", ("/admin",)),
    ]


def _turns(screen: Screen, one: Tab, other: Tab) -> Turns:
    """Both go there in turn; the first time round does not count."""
    real, constant = Timings(screen.name), Timings(screen.name)
    for turn in range(-len(screen.paths), ROUNDS):
        path = screen.paths[turn % len(screen.paths)]
        for tab, timings in ((one, real), (other, constant)):
            took = _went(tab, path, screen.more)
            if turn >= 0:
                timings.seconds.append(took)
    return Turns(screen.name, real, constant)


def _went(tab: Tab, path: str, more: str) -> float:
    """How long it took until all was there: the page, or what is shown below it then."""
    tab.pause(_PAUSE_S)
    began = time.perf_counter()
    tab.send(_GO, path)
    tab.wait(_THERE)
    if more:
        tab.pause(_PAUSE_S)
        began = time.perf_counter()
        tab.send(f"{more}.show_more", path)
        tab.wait('"rows_rx_state_":')
    return time.perf_counter() - began


@dataclass(frozen=True)
class _Owner:
    """Somebody who may see everything: their membership, and what their browser holds."""

    membership_id: str
    cookie: str


def _enters(ground: Ground, name: str) -> _Owner:
    """Another owner of the organization, signed in as in a demo."""
    organization = show(Organization.prefix, ground.actor.organization_id)
    email = f"{name.lower()}.{ground.actor.organization_id.hex}@bench.example"
    named = work_now(
        OperatorActor(),
        ground.database,
        lambda work: founding.name_admin(
            work, organization, name=name, email=email, role=Role.OWNER
        ),
    )
    cookie = work_now(
        DoorActor(),
        ground.database,
        lambda work: open_session(work, email=email, audience=Audience.ADMIN, replacing=None),
    )
    return _Owner(str(Membership.read_id(named)), cookie)


@contextmanager
def _serving(database: Database, *, constant: str) -> Iterator[str]:
    """A server of its own on this database, until the block ends; its address."""
    with socket.socket() as probe, tempfile.TemporaryDirectory() as home:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        url, address = f"http://127.0.0.1:{port}", database.engine.url
        environment = os.environ | {
            "DEMO": "1",
            "PORT": str(port),
            "PUBLIC_URL": url,
            "QUITTANCE_HOME": home,
            "DATABASE_URL": address.set(
                drivername=address.drivername.partition("+")[0]
            ).render_as_string(hide_password=False),
            CONSTANT: constant,
        }
        log = (Path(home) / "server.log").open("w")
        words = [sys.executable, "-m", "bench.screen_server"]
        with subprocess.Popen(words, env=environment, stdout=log, stderr=log) as process:
            try:
                _wait_until_ready(port, process, Path(log.name))
                yield url
            finally:
                process.terminate()


def _wait_until_ready(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise RuntimeError(f"The server did not answer:\n{log.read_text()}")
