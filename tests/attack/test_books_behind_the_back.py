"""AT60: whoever changes the books in the database itself is refused, and found out if not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from billing_app import migrations
from billing_app.access import installation as this_process
from billing_app.access.actors import RunnerActor
from billing_app.access.database import Database
from billing_app.access.installation import work_now
from billing_app.kernel.ids import show
from billing_app.ledger import seals
from billing_app.models.append_only import append_only_tables, trigger_name
from billing_app.models.organization import Organization
from billing_app.services import adjusting, identifying
from tests.attack.terminal import terminal
from tests.billing import aud, drawn
from tests.booking import behind_the_back
from tests.conftest import DATABASES, new_postgresql_database
from tests.servers import LINK_KEY, installed, make_it_a_demos
from tests.till import Till
from tests.world import World

LASTING = ("entry", "posting", "seal", "sealed_row", "audit_entry", "payment", "allocation")
LASTING += (
    "unidentified_receipt",
    "credit_note",
    "credit_note_line",
    "write_off",
    "refund",
    "credit_lot",
    "adjustment",
)


@dataclass
class House:
    """An installation of its own with books in it, as the doctor of its machine sees it."""

    database: Database
    url: str
    home: Path
    till: Till
    organization_id: UUID

    def doctor(self) -> tuple[int, str]:
        """Ask the real command; returns how it ended and what it said."""
        said = terminal(
            "doctor",
            QUITTANCE_HOME=str(self.home),
            DATABASE_URL=self.url.replace("postgresql+psycopg", "postgresql"),
            LINK_KEY=LINK_KEY,
            DEMO="1",
        )
        assert said.err == ""
        return said.code, said.out

    def change(self, statement: str, *tables: str, **values: object) -> None:
        """Change one row with the triggers of some tables off; they come back."""
        with behind_the_back(self.database, *tables) as connection:
            assert connection.execute(text(statement), values).rowcount == 1

    def executes(self, *statements: str) -> None:
        """Do something in the database itself, as whoever can reach it would."""
        with self.database.engine.execution_options(writes=True).begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def rows(self, table: str) -> list[tuple[object, ...]]:
        """Every row of a table, whoever's it is."""
        with self.database.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))]

    def columns(self, table: str) -> list[str]:
        """The names of a table's columns."""
        with self.database.engine.connect() as connection:
            return list(connection.execute(text(f"SELECT * FROM {table}")).keys())

    def ids(self, table: str) -> list[str]:
        """The ids of an organization's rows as the database has them, the oldest first."""
        own = self.organization_id.hex if self.database.is_sqlite else str(self.organization_id)
        asked = text(f"SELECT id FROM {table} WHERE organization_id = :own ORDER BY id")
        with self.database.engine.connect() as connection:
            return [str(found) for found in connection.scalars(asked, {"own": own})]

    def seal(self) -> None:
        """Put everything under seals, as a worker does within the minute."""
        for owner in work_now(RunnerActor(), self.database, seals.waiting):
            work_now(
                RunnerActor(),
                self.database,
                lambda work, owner=owner: seals.seal_some(work, owner),
            )


@pytest.fixture(params=DATABASES)
def house(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    url = f"sqlite:///{home / 'quittance.db'}"
    if request.param == "postgresql":
        name = f"attacked_{os.getpid()}_{id(request)}"
        url = new_postgresql_database(request.getfixturevalue("postgresql"), name)
    monkeypatch.setattr(this_process, "_installation", [])
    database = installed(url, home).database
    migrations.migrate(database)
    make_it_a_demos(database)
    world = World(database)
    till = Till(world)
    yield House(database, url, home, till, Organization.read_id(world.harbour))
    database.close()


def shown(prefix: str, row_id: str) -> str:
    return show(prefix, UUID(row_id))


def test_the_doctor_names_every_row_that_was_changed(house: House):
    till = house.till
    first, second, third = (till.invoice(100_00, 10_00) for _ in range(3))
    till.pay(40_00, first)
    till.pay(50_00)
    house.seal()
    unsealed = till.invoice(77_00)
    assert house.doctor()[0] == 0

    postings = house.ids("posting")
    house.change(
        "UPDATE posting SET credit_account = '4200' WHERE id = :id", "posting", id=postings[0]
    )
    house.change(
        "UPDATE posting SET amount_minor = amount_minor - 1 WHERE id = :id",
        "posting",
        id=postings[-1],
    )
    invoices = dict(zip((first, second, third), house.ids("invoice"), strict=False))
    house.change("UPDATE invoice SET still_to_pay_minor = 1 WHERE id = :id", id=invoices[second])
    house.change("UPDATE invoice SET number = 'INV-00009' WHERE id = :id", id=invoices[third])
    raised = "UPDATE payment SET amount_minor = amount_minor + 1 WHERE id = :id"
    payment = house.ids("payment")[0]
    house.change(raised, "payment", id=payment)

    code, said = house.doctor()

    assert code == 1
    assert f"posting {shown('pst', postings[0])} is not as seal 1 has it" in said
    assert f"invoice {unsealed}: still to pay is AUD 77.00" in said
    assert f"invoice {second}: still to pay is AUD 0.01 where it is kept, AUD 110.00" in said
    assert f"invoice {third} has the number INV-00009" in said
    assert f"payment {shown('pay', payment)}: the amount is AUD 40.01 where it is kept" in said
    assert "the numbers of invoices leave a gap: 3 is missing" in said


def test_the_doctor_names_an_audit_row_that_was_changed_or_is_gone(house: House):
    house.till.invoice(100_00)
    house.seal()
    first, second = house.ids("audit_entry")[:2]
    house.change("DELETE FROM audit_entry WHERE id = :id", "audit_entry", id=second)

    assert f"audit entry {shown('aud', second)} under seal 1 is gone" in house.doctor()[1]

    house.change("UPDATE audit_entry SET verb = 'look' WHERE id = :id", "audit_entry", id=first)
    assert f"audit entry {shown('aud', first)} is not as seal 1 has it" in house.doctor()[1]


def test_the_doctor_names_a_seal_that_was_made_to_fit(house: House):
    house.till.invoice(100_00)
    house.seal()
    posting = house.ids("posting")[0]
    house.change(
        "UPDATE sealed_row SET hash = :hash WHERE row_id = :id",
        "sealed_row",
        hash="0" * 64,
        id=posting,
    )

    code, said = house.doctor()

    assert code == 1
    assert f"posting {shown('pst', posting)} is not as seal 1 has it" in said


DISARM = {
    "sqlite": (
        "DROP TRIGGER audit_entry_refuses_update",
        "DROP TRIGGER payment_refuses_update",
        "CREATE TRIGGER payment_refuses_update BEFORE UPDATE ON payment BEGIN SELECT 1; END",
        "DROP TRIGGER refund_refuses_delete",
        "CREATE TRIGGER refund_refuses_delete BEFORE DELETE ON job"
        " BEGIN SELECT RAISE(ABORT, 'refund is append-only'); END",
    ),
    "postgresql": (
        "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_refuses_update",
        "ALTER TABLE payment ENABLE REPLICA TRIGGER payment_refuses_update",
        "DROP TRIGGER refund_refuses_delete ON refund",
        "CREATE TRIGGER refund_refuses_delete BEFORE DELETE ON refund"
        " FOR EACH ROW WHEN (false) EXECUTE FUNCTION refuse_change()",
    ),
}


def test_the_doctor_names_every_trigger_that_refuses_nothing(house: House):
    """One that is gone or off, one that is still there but empty, one that never speaks."""
    house.executes(*DISARM[house.database.engine.dialect.name])

    code, said = house.doctor()

    assert code == 1
    assert [line.split()[2] for line in said.splitlines() if "the trigger" in line] == [
        "audit_entry_refuses_update",
        "payment_refuses_update",
        "refund_refuses_delete",
    ]


@pytest.mark.parametrize("house", ["postgresql"], indirect=True)
def test_a_function_that_refuses_nothing_leaves_no_trigger_in_force(house: House):
    house.executes(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RETURN NEW; END $$"
    )

    assert set(migrations.missing_triggers(house.database)) == {
        trigger_name(table, act)
        for table in append_only_tables()
        for act in ("update", "delete", "truncate")
    }


KEYED = ("entry", "posting", "seal", "sealed_row", "credit_note", "credit_note_line")


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_no_row_is_put_in_the_place_of_another(house: House):
    """INSERT OR REPLACE removes what is in its way, by its id or by any other key."""
    write_into_every_table(house)
    every = {table: house.rows(table) for table in LASTING}

    for table in LASTING:
        names = [name for name in house.columns(table) if name != "id"]
        ways = {"id": "id", "rowid": "'another', rowid"}
        ways |= {"other key": "'another'"} if table in KEYED else {}
        for way, taken in ways.items():
            id_ = "id, rowid" if way == "rowid" else "id"
            with pytest.raises(DBAPIError, match=f"{table} is append-only"):
                house.executes(
                    f"INSERT OR REPLACE INTO {table} ({id_}, {', '.join(names)})"
                    f" SELECT {taken}, {', '.join(names)} FROM {table}"
                )

    assert {table: house.rows(table) for table in LASTING} == every


def test_the_database_itself_refuses_to_change_or_remove_what_lasts(house: House):
    invoice = write_into_every_table(house)
    for table in LASTING:
        for attack in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(DBAPIError, match="append-only"):
                house.executes(attack)
    assert house.till.of(invoice, "still_to_pay_minor") == 0


def write_into_every_table(house: House) -> str:
    """Put a row into each table that lasts; returns the id of an invoice that is paid."""
    till = house.till
    till.settings(small_balance_minor=1_00)
    invoice, small = till.invoice(100_00), till.invoice(50)
    payment = till.pay(120_00, invoice)
    till.forgive(payment, invoice, 10_00)
    till.let_go(small)
    house.seal()
    till.does(
        lambda work: adjusting.raise_credit(
            work, drawn("adj"), customer_id=till.world.marsh, amount=aud(5), reason="Goodwill"
        )
    )
    till.does(
        lambda work: identifying.record_unidentified(
            work, drawn("unr"), amount=aud(7), kind="bank_transfer"
        )
    )
    for table in LASTING:
        assert house.ids(table), f"no row of {table} to attack"
    return invoice
