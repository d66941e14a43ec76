"""Seals: a row changed behind the application's back is named, and what is new is sealed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from billing_app.access.actors import RunnerActor
from billing_app.access.installation import work_now
from billing_app.kernel.clock import clock
from billing_app.kernel.ids import new_id, show
from billing_app.ledger import broken_seals, recipes, seals
from billing_app.ledger.events import Event
from billing_app.models.ledger import Posting, Seal, SealedRow
from tests.booking import UNKNOWN, Books, aud, behind_the_back
from tests.world import World


@pytest.fixture
def books(world: World) -> Books:
    return Books(world)


def seal(books: Books, *, everywhere: bool = False) -> int:
    own = books.world.ada.actor.organization_id
    return work_now(
        RunnerActor(),
        books.world.database,
        lambda work: seals.seal_some(work, own, everywhere=everywhere),
    )


def found(books: Books) -> list[str]:
    """What the doctor says of the seals of these books."""
    own = books.world.ada.actor.organization_id
    return books.world.operator(lambda work: broken_seals.differences_in(work, own))


def test_new_rows_come_under_a_seal_once(books: Books):
    books.invoice()
    books.pay(books.invoice(), 10_00)

    begun = seal(books)
    assert (begun, seal(books)) == (rows_of(books), 0)
    books.invoice()
    posted_with_its_entry_and_audit_row = 4
    assert seal(books) == posted_with_its_entry_and_audit_row

    made = books.sees(
        lambda work: [
            (one.number, one.row_count, one.previous_root, one.root)
            for one in work.exec(select(Seal).order_by(col(Seal.number)))
        ]
    )
    assert [(number, count) for number, count, _, _ in made] == [(1, begun), (2, 4)]
    assert made[1][2] == made[0][3] != made[1][3]
    assert found(books) == []


def test_an_untouched_ledger_is_as_it_was_sealed(books: Books):
    books.pay(books.invoice(), 10_00, over=5_00)
    seal(books)

    assert found(books) == []


CHANGES = {
    "amount": "UPDATE posting SET amount_minor = amount_minor + 1",
    "account": "UPDATE posting SET credit_account = '4200'",
    "party": "UPDATE posting SET debit_party_id = NULL",
    "currency": "UPDATE posting SET currency = 'NZD'",
    "day": "UPDATE posting SET effective_on = '2020-01-01'",
    "event": "UPDATE entry SET event = 'adjustment'",
    "source": "UPDATE entry SET source_id = id",
    "verb": "UPDATE audit_entry SET verb = 'change_profile'",
    "subject": "UPDATE audit_entry SET subject = 'inv_0'",
    "person": "UPDATE audit_entry SET membership_id = NULL",
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_row_changed_behind_the_back_is_named(books: Books, what: str):
    """AT60: the triggers were off for a moment, and somebody used it."""
    books.invoice()
    books.post(Event.PAYMENT_UNIDENTIFIED, recipes.payment_unidentified(UNKNOWN, aud(80_00)))
    seal(books)
    table = CHANGES[what].split()[1]
    changed = first_of(books, seals.KINDS[table])

    with behind_the_back(books.world.database, table) as connection:
        connection.execute(
            text(f"{CHANGES[what]} WHERE id = :id").bindparams(id=written(books, changed))
        )

    name = f"{table.replace('_', ' ')} {show(seals.KINDS[table].prefix, changed)}"
    assert found(books) == [f"{name} is not as seal 1 has it"]


@pytest.mark.parametrize("table", ["audit_entry", "entry"])
def test_a_row_removed_behind_the_back_is_named(books: Books, table: str):
    books.invoice()
    seal(books)
    gone = first_of(books, seals.KINDS[table])
    name = f"{table.replace('_', ' ')} {show(seals.KINDS[table].prefix, gone)}"

    with behind_the_back(books.world.database, "entry", "posting", "audit_entry") as connection:
        for statement in (
            "DELETE FROM posting WHERE entry_id = :id",
            f"DELETE FROM {table} WHERE id = :id",
        ):
            connection.execute(text(statement).bindparams(id=written(books, gone)))

    assert f"{name} under seal 1 is gone" in found(books)


def rows_of(books: Books) -> int:
    """How many rows of these books belong under seals."""
    return sum(
        len(books.sees(lambda work, kind=kind: work.exec(select(kind.id)).all()))
        for kind in seals.KINDS.values()
    )


def first_of(books: Books, kind: type[seals.Lasting]) -> UUID:
    return books.sees(lambda work: work.exec(select(kind.id).order_by(col(kind.id))).first())


def entry_of(books: Books, invoice_id: UUID) -> UUID:
    return books.sees(
        lambda work: work.exec(
            select(Posting.entry_id).where(Posting.debit_item_id == invoice_id)
        ).first()
    )


def written(books: Books, id_: UUID) -> object:
    return id_.hex if books.world.database.is_sqlite else id_


def test_changing_a_reason_is_not_what_a_seal_is_about(books: Books):
    """Free text may name a person, and people can be forgotten."""
    books.invoice()
    seal(books)

    with behind_the_back(books.world.database, "entry") as connection:
        own = written(books, books.world.ada.actor.organization_id)
        connection.execute(
            text("UPDATE entry SET reason = '' WHERE organization_id = :own").bindparams(own=own)
        )

    assert found(books) == []


def test_a_posting_put_under_a_seal_later_is_noticed_by_the_root(books: Books):
    books.invoice()
    seal(books)
    late = books.invoice()
    entry = entry_of(books, late)
    seal_id = books.sees(lambda work: work.exec(select(Seal.id)).one())

    def slip_in(work) -> None:
        work.add(
            SealedRow(
                seal_id=seal_id,
                position=90,
                kind="posting",
                row_id=work.exec(select(Posting.id).where(Posting.entry_id == entry)).first(),
                hash="0" * 64,
            )
        )

    books.does(slip_in)

    [line] = found(books)
    assert "is not as seal 1 has it" in line


@pytest.mark.parametrize(
    "said",
    ["through_id = id", "sealed_at = '2026-01-01 00:00:00+00:00'", "row_count = row_count + 1"],
)
def test_a_seal_changed_behind_the_back_is_named(books: Books, said: str):
    books.invoice()
    seal(books)
    changed = books.sees(lambda work: work.exec(select(Seal.id)).one())

    with behind_the_back(books.world.database, "seal") as connection:
        connection.execute(
            text(f"UPDATE seal SET {said} WHERE id = :id").bindparams(id=written(books, changed))
        )

    assert found(books) == [f"seal 1 ({show('sea', changed)}) is not as it was made"]


def test_rows_written_after_a_clock_ran_ahead_are_sealed_too(books: Books):
    """Their ids lie hours behind the last seal, where a new row is not expected."""
    early = [UUID(int=new_id().int - (hours * 3_600_000 << 80)) for hours in (2, 3)]
    books.invoice()
    seal(books)

    def write(work) -> None:
        entry_id = work.exec(select(Posting.entry_id)).first()
        for place, id_ in enumerate(early, start=7):
            work.add(posting(id_, entry_id, place))

    books.does(write)
    own_audit_row = 1
    assert seal(books) == own_audit_row

    assert waits(books, everywhere=True)
    assert not waits(books)
    assert seal(books, everywhere=True) == len(early)
    assert not waits(books, everywhere=True)


def posting(id_: UUID, entry_id: UUID, position: int) -> Posting:
    return Posting(
        id=id_,
        entry_id=entry_id,
        position=position,
        debit_account="1000",
        credit_account="2010",
        amount_minor=1,
        currency="AUD",
        effective_on=clock.now().date(),
    )


def waits(books: Books, *, everywhere: bool = False) -> bool:
    own = books.world.ada.actor.organization_id
    asked = partial(seals.waiting, everywhere=everywhere)
    return own in work_now(RunnerActor(), books.world.database, asked)


def test_a_posting_that_committed_behind_the_youngest_is_sealed_too(books: Books):
    """Its id was drawn before the seal, its transaction ended after."""
    early = new_id()
    books.invoice()
    seal(books)

    def commit_late(work) -> None:
        entry_id = work.exec(select(Posting.entry_id)).first()
        work.add(posting(early, entry_id, 7))

    books.does(commit_late)

    posted_with_the_audit_row = 2
    assert seal(books) == posted_with_the_audit_row


def test_rows_under_no_seal_for_long_are_worth_a_word(
    books: Books, wait: Callable[[timedelta], None]
):
    seal(books)
    books.invoice()
    assert found(books) == []

    wait(timedelta(hours=3))

    late = "rows under no seal: 4, the oldest for 3 h; a worker seals them within a day"
    assert found(books) == [late]


def test_the_runner_finds_who_waits_for_a_seal(books: Books):
    seal(books)
    assert not waits(books)
    books.invoice()
    assert waits(books)
    seal(books)
    assert not waits(books)
