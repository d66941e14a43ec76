"""What people see while the database is away, and that all is well afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlmodel import select

from billing_app import migrations
from billing_app.access.database import Database
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.config import Secret
from billing_app.kernel.errors import Busy
from billing_app.models.party import Customer
from tests.attack.handlers import HANDLERS
from tests.conftest import new_postgresql_database
from tests.servers import Site, served
from tests.world import World


@pytest.fixture
def site(postgresql: str, tmp_path: Path) -> Iterator[Site]:
    url = new_postgresql_database(postgresql, "fragile")
    with served(tmp_path, url) as site:
        yield site


@contextmanager
def away(postgresql: str) -> Iterator[None]:
    """Cut every connection to the database and let nobody in."""
    with psycopg.connect(postgresql, autocommit=True) as server:
        server.execute("ALTER DATABASE fragile WITH ALLOW_CONNECTIONS false")
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'fragile'"
        )
        yield
        server.execute("ALTER DATABASE fragile WITH ALLOW_CONNECTIONS true")


def test_an_outage_is_said_once_and_survived(site: Site, postgresql: str):
    cookie = site.world.ada.token
    tab = site.tab(cookie)
    assert "Marsh Design" in repr(tab.ask(HANDLERS["AdminCustomersState.load"]))

    with away(postgresql):
        tab.send(HANDLERS["AdminCustomersState.load"])
        said = tab.wait_for("We are busy right now")
        ready, alive = site.get("/readyz"), site.get("/healthz")
        page = site.get("/admin", cookie)

    assert said.count("We are busy right now") == 1
    assert (ready.status_code, alive.status_code) == (503, 200)
    assert page.status_code == 500
    assert "Nothing was charged" in page.text
    assert "Marsh Design" in repr(tab.ask(HANDLERS["AdminCustomersState.load"]))
    assert site.get("/readyz").status_code == 200


def test_a_read_whose_connection_is_cut_says_so_and_the_next_one_has_another(postgresql: str):
    url = Secret(new_postgresql_database(postgresql, "cut"))
    with closing(Database(url)) as database, psycopg.connect(postgresql, autocommit=True) as server:
        migrations.migrate(database)
        person = World(database).ada
        named = select(Customer.name).order_by(Customer.sort_name)

        @admin_read()
        def look(work: Work, *, cut: bool) -> list[str]:
            found = work.exec(named).all()
            if cut:
                server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'cut'"
                )
            return found and work.exec(named).all()

        with pytest.raises(Busy):
            person.does(lambda work: look(work, cut=True))
        assert "Marsh Design" in person.does(lambda work: look(work, cut=False))
