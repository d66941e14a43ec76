"""The shape of the books on both databases, and the way there from the release before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Select, text
from sqlmodel import col, select

from alembic import command
from billing_app import migrations
from billing_app.access.actors import RunnerActor
from billing_app.access.database import Database, connect
from billing_app.access.installation import work_now
from billing_app.config import Secret
from billing_app.kernel.ids import new_id
from billing_app.ledger import seals
from billing_app.ledger.accounts import Code
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.invoice import Invoice
from billing_app.models.ledger import Entry, PeriodTotal, Posting, SealedRow
from billing_app.models.money_back import MoneyBackMessage
from billing_app.models.outbox import Job
from billing_app.models.payment import Payment
from billing_app.reads.beginnings import begins
from tests.booking import Books
from tests.conftest import DATABASES, new_postgresql_database
from tests.world import World

ORG, PARTY = new_id(), new_id()


def test_every_table_has_the_shape_that_the_models_say(database: Database):
    assert migrations.differences(database) == []
    assert migrations.missing_triggers(database) == []


@pytest.fixture
def books(world: World) -> Books:
    """Books with something in every table that is asked."""
    kept = Books(world)
    kept.pay(kept.invoice(), 10_00, over=5_00)
    owner = world.ada.actor.organization_id
    work_now(RunnerActor(), world.database, lambda work: seals.seal_some(work, owner))
    return kept


@pytest.fixture(params=DATABASES)
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database as the release before the books left it."""
    url = f"sqlite:///{tmp_path / 'older.db'}"
    if request.param == "postgresql":
        url = new_postgresql_database(request.getfixturevalue("postgresql"), f"o{uuid4().hex[:8]}")
    database = connect(Secret(url))
    with database.engine.execution_options(writes=True).begin() as connection:
        command.upgrade(migrations._configuration(connection), "0002")
    yield database
    database.close()


def test_customers_of_the_release_before_get_their_organizations_currency(older: Database):
    with older.engine.execution_options(writes=True).begin() as connection:
        for statement in OLD_ROWS:
            connection.execute(text(statement))

    migrations.migrate(older)

    with older.engine.connect() as connection:
        found = connection.execute(
            text("SELECT name, currency, locale, legal_name, autopay FROM customer ORDER BY name")
        )
        kept = [(*row[:4], bool(row[4])) for row in found]
    assert kept == [
        ("Brandt", "JPY", "en", "", False),
        ("Marsh", "AUD", "en", "", False),
    ]
    assert migrations.missing_triggers(older) == []


def test_organizations_of_the_release_before_can_close_their_books(older: Database):
    with older.engine.execution_options(writes=True).begin() as connection:
        for statement in OLD_ROWS:
            connection.execute(text(statement))

    migrations.migrate(older)

    with older.engine.connect() as connection:
        for table in ("organization_profile", "accounting_settings"):
            owners = connection.execute(text(f"SELECT organization_id FROM {table}"))
            every = connection.execute(text("SELECT id FROM organization"))
            assert {one for (one,) in owners} == {one for (one,) in every}


def test_attempts_of_the_release_before_are_kept_and_transfers_can_be_taken(older: Database):
    with older.engine.execution_options(writes=True).begin() as connection:
        command.upgrade(migrations._configuration(connection), "0004")
        for statement in (*OLD_ROWS[:2], _attempt("page", 1)):
            connection.execute(text(statement))

    migrations.migrate(older)

    with older.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text(_attempt("transfer", 2)))
        found = connection.execute(text("SELECT how, state FROM payment_attempt ORDER BY id"))
        assert [tuple(row) for row in found] == [("page", "created"), ("transfer", "created")]
    assert migrations.differences(older) == []


def _attempt(how: str, number: int) -> str:
    return (
        "INSERT INTO payment_attempt (organization_id, id, customer_id, amount_minor, currency,"
        " how, method, saves_method, begun_by, state, submitted, instrument, failure_code, failure,"
        f" made_at, changed_at) VALUES ('{1:032x}', '{number:032x}', '{1:032x}', 5, 'USD', '{how}',"
        " 'card', false, 'payer', 'created', 0, '', '', '', '2026-01-01 00:00:00+00:00',"
        " '2026-01-01 00:00:00+00:00')"
    )


OLD_ROWS = [
    statement
    for number, (customer, currency) in enumerate((("Marsh", "AUD"), ("Brandt", "JPY")), 1)
    for statement in (
        "INSERT INTO organization (id, name, time_zone, currency, created_at) VALUES"
        f" ('{number:032x}', 'O', 'UTC', '{currency}', '2026-01-01 00:00:00+00:00')",
        "INSERT INTO customer"
        " (organization_id, id, name, sort_name, email, due_days, created_at) VALUES"
        f" ('{number:032x}', '{number:032x}', '{customer}', 'x', 'x@y.example', 14,"
        " '2026-01-01 00:00:00+00:00')",
    )
]


# What lists, statements and balances ask for, and the column by which an index must find it.
QUESTIONS: dict[str, tuple[Select, str]] = {
    "what one invoice's receivable holds": (
        select(Posting.amount_minor).where(Posting.debit_item_id == PARTY),
        "debit_item_id",
    ),
    "what a customer's account gave out": (
        select(Posting.amount_minor).where(
            Posting.credit_party_id == PARTY,
            Posting.credit_account == Code.CUSTOMER_RECEIVABLE,
        ),
        "credit_party_id",
    ),
    "a page of a statement": (
        select(Posting)
        .where(Posting.debit_party_id == PARTY, Posting.currency == "AUD")
        .order_by(col(Posting.effective_on), col(Posting.entry_id))
        .limit(50),
        "debit_party_id",
    ),
    "an opening balance": (
        select(PeriodTotal.debit_minor).where(
            PeriodTotal.party_id == PARTY,
            PeriodTotal.account == Code.CUSTOMER_RECEIVABLE,
            PeriodTotal.currency == "AUD",
            PeriodTotal.period == "month",
        ),
        "period",
    ),
    "the postings of an entry": (select(Posting).where(Posting.entry_id == PARTY), "entry_id"),
    "the entry of an act": (select(Entry).where(Entry.source_id == PARTY), "source_id"),
    "whether a posting is sealed": (
        select(SealedRow.id).where(SealedRow.kind == "posting", SealedRow.row_id == PARTY),
        "row_id",
    ),
    "what a customer still owes": (
        select(Invoice.still_to_pay_minor).where(
            Invoice.customer_id == PARTY, Invoice.still_to_pay_minor > 0
        ),
        "customer_id",
    ),
    "a page of a customer's invoices": (
        select(Invoice)
        .where(Invoice.customer_id == PARTY)
        .order_by(col(Invoice.id).desc())
        .limit(50),
        "customer_id",
    ),
    "what the bank took in": (
        select(Posting.amount_minor).where(
            Posting.debit_account == Code.BANK, col(Posting.debit_party_id).is_(None)
        ),
        "debit_account",
    ),
    "an invoice by its number": (select(Invoice).where(Invoice.number == "INV-1"), "number"),
    "the latest payments of an amount": (
        select(Payment)
        .where(Payment.amount_minor == 40_00)
        .order_by(col(Payment.received_on).desc(), col(Payment.id).desc())
        .limit(50),
        "amount_minor",
    ),
    "payments by how their reference begins": (
        select(Payment).where(begins(Payment.reference, "TRF")),
        "reference",
    ),
    "attempts of an amount": (
        select(PaymentAttempt)
        .where(PaymentAttempt.amount_minor == 40_00)
        .order_by(col(PaymentAttempt.id).desc())
        .limit(50),
        "amount_minor",
    ),
    "attempts that failed": (
        select(PaymentAttempt).where(PaymentAttempt.state == "failed"),
        "state",
    ),
    "news of money back that was put aside": (
        select(MoneyBackMessage)
        .where(MoneyBackMessage.verdict == "quarantined")
        .order_by(col(MoneyBackMessage.id))
        .limit(50),
        "verdict",
    ),
    "what was given up": (
        select(Job).where(col(Job.dead_at).is_not(None)).order_by(col(Job.id)).limit(50),
        "ix_job_dead",
    ),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_walks_through_a_whole_table(database: Database, books: Books, question: str):
    statement, column = QUESTIONS[question]
    kind = statement.column_descriptions[0]["entity"]

    plan = plan_of(database, statement.where(kind.organization_id == ORG))

    assert "SCAN" not in plan
    assert "Seq Scan" not in plan
    assert "TEMP B-TREE" not in plan
    assert re.search(rf"(INDEX|Index Cond|Index Scan).*\b{column}\b", plan), plan


# Makes PostgreSQL believe, until the transaction is undone, that each table is a long one,
# and forget what it has seen of them, which depends on the tests before. In this order, which is
# that of its own counting: or the two would wait for each other.
_ASKED = {each.column_descriptions[0]["entity"].__tablename__ for each, _ in QUESTIONS.values()}
_NAMES = ", ".join(f"'{name}'" for name in sorted(_ASKED))
_LONG_TABLES = f"""
DELETE FROM pg_statistic WHERE starelid IN (SELECT oid FROM pg_class WHERE relname IN ({_NAMES}));
UPDATE pg_class SET reltuples = CASE pg_relation_size(oid) WHEN 0 THEN -1 ELSE 1000000 END,
relpages = 1 WHERE relname IN ({_NAMES})
"""


def plan_of(database: Database, statement: Select) -> str:
    """How the database would go about it, if the table were long."""
    asked = statement.compile(
        dialect=database.engine.dialect, compile_kwargs={"literal_binds": True}
    )
    with database.engine.connect() as connection:
        if database.is_sqlite:
            rows = connection.execute(text(f"EXPLAIN QUERY PLAN {asked}"))
            return "\n".join(row[3] for row in rows)
        connection.execute(text(_LONG_TABLES))
        return "\n".join(row[0] for row in connection.execute(text(f"EXPLAIN {asked}")))
