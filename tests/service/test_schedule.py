"""Periodic work on both databases: one runner at a time, and caught up once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlmodel import col, select

from billing_app import config, migrations
from billing_app.access import installation
from billing_app.access.actors import DoorActor, OperatorActor, RunnerActor
from billing_app.access.capabilities import LIFETIMES
from billing_app.access.database import Database
from billing_app.access.guard import door_command, operator_read, runner_command
from billing_app.access.installation import work_now
from billing_app.access.work import Work
from billing_app.jobs.schedule import PERIODIC, Periodic, next_due, run_due
from billing_app.kernel.clock import clock
from billing_app.kernel.secret import Secret
from billing_app.models.audit import AuditEntry
from billing_app.models.base import Table
from billing_app.models.capability import Capability
from billing_app.models.outbox import Schedule
from billing_app.models.people import Identity, SignInTry, WebSession
from billing_app.services import forgetting
from tests.billing import Desk
from tests.posting import kept, place, send, write
from tests.world import World

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def later() -> Iterator[None]:
    """The one clock may be moved, and is moved back."""
    clock.allow_moving()
    began, stopwatch = clock.now(), time.monotonic()
    yield
    clock.move(began + timedelta(seconds=time.monotonic() - stopwatch) - clock.now())


class Turns:
    """Something hourly, under a name of its own, that counts its turns."""

    def __init__(self, world: World, *troubles: Exception, slow_s: float = 0) -> None:
        self.count = 0
        self._troubles = list(troubles)
        self._slow_s = slow_s
        self._where = place(world)
        self.entry = Periodic(f"count {uuid4().hex}", HOUR, self._run)

    def come_round(self) -> list[str]:
        return run_due(self._where, [self.entry])

    def _run(self, _: object) -> None:
        self.count += 1
        time.sleep(self._slow_s)
        if self._troubles:
            raise self._troubles.pop(0)


def test_each_turn_is_done_once(world: World):
    turns = Turns(world)
    for _ in range(3):
        turns.come_round()
    assert turns.count == 1

    clock.move(HOUR)
    for _ in range(3):
        turns.come_round()

    assert turns.count == 2


def test_eight_runners_at_once_do_one_turn(world: World):
    turns = Turns(world, slow_s=0.3)
    together = threading.Barrier(8)

    def come_round(_: int) -> list[str]:
        together.wait()
        return turns.come_round()

    with ThreadPoolExecutor(8) as threads:
        done = [name for names in threads.map(come_round, range(8)) for name in names]

    assert turns.count == 1
    assert done == [turns.entry.name]


def test_a_week_away_is_caught_up_once(world: World):
    turns = Turns(world)
    turns.come_round()
    clock.move(timedelta(days=7, minutes=20))

    turns.come_round()
    turns.come_round()

    assert turns.count == 2
    clock.move(timedelta(minutes=41))
    assert turns.come_round() == [turns.entry.name]


@pytest.mark.parametrize(
    ("minutes_late", "minutes_after"), [(0, 60), (59, 60), (60, 120), (150, 180)]
)
def test_the_next_turn_keeps_to_the_hour(minutes_late: int, minutes_after: int):
    due = datetime(2026, 11, 21, 12, tzinfo=UTC)

    following = next_due(due, HOUR, due + timedelta(minutes=minutes_late))

    assert following == due + timedelta(minutes=minutes_after)


def test_a_turn_that_fails_is_tried_again_soon(world: World):
    turns = Turns(world, ValueError("once"))
    turns.come_round()
    turns.come_round()
    assert turns.count == 1
    clock.move(timedelta(minutes=6))

    turns.come_round()
    turns.come_round()

    assert turns.count == 2


def test_a_turn_whose_runner_died_is_taken_over(world: World):
    turns = Turns(world, _Killed())
    with pytest.raises(_Killed):
        turns.come_round()
    clock.move(timedelta(minutes=9))
    assert turns.come_round() == []

    clock.move(timedelta(minutes=2))

    assert turns.come_round() == [turns.entry.name]


def test_money_waits_two_minutes_at_most_for_a_reconciler_that_died(world: World):
    [reconciling] = [entry for entry in PERIODIC if entry.name == "reconcile"]
    turns = Turns(world, _Killed())
    turns.entry = replace(turns.entry, every=reconciling.every, lease=reconciling.lease)
    with pytest.raises(_Killed):
        turns.come_round()

    clock.move(timedelta(minutes=2))

    assert turns.come_round() == [turns.entry.name]


class _Killed(BaseException):
    """Nothing catches it, so nothing is tidied up behind it."""


def test_what_is_kept_for_a_while_is_forgotten_then(world: World):
    assert {entry.name for entry in PERIODIC} == {
        "forget_tries",
        "forget_sessions",
        "forget_links",
        "reconcile",
        "remind",
        "seal",
        "seal_left_behind",
        "weigh",
    }
    assert _count(world, WebSession)
    letter_id = write(world, "sign_in", world.cleo)
    _try_to_sign_in(world)
    clock.move(timedelta(days=2))
    _try_to_sign_in(world)
    forget_all(world)
    assert _count(world, SignInTry) == 1
    assert _count(world, WebSession)
    assert _count(world, Capability)

    clock.move(timedelta(days=29))
    _try_to_sign_in(world)
    forget_all(world)

    assert [_count(world, kind) for kind in (SignInTry, WebSession, Capability)] == [1, 0, 0]
    assert kept(world, letter_id).capability_id is None


def test_sqlite_knows_how_few_rows_an_index_finds_once_its_tables_were_weighed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """In a database of its own, because in others tests look at the plans for many rows."""
    url = f"sqlite:///{tmp_path / 'quittance.db'}"
    settings = config.load({"DEMO": "1", "DATABASE_URL": url, "QUITTANCE_HOME": str(tmp_path)})
    with closing(Database(Secret(url))) as database:
        place = installation.Installation(settings, database)
        monkeypatch.setattr(installation, "_installation", [place])
        migrations.migrate(database)
        desk = Desk(World(database))
        for _ in range(3):
            desk.invoice(100_00)
        database.weigh()

        with database.engine.connect() as connection:
            asked = "SELECT stat FROM sqlite_stat1 WHERE idx = 'ix_posting_debit_item'"
            [told] = connection.exec_driver_sql(asked).scalars()
    assert int(told.split()[0]) >= 3


def test_a_good_try_stays_for_thirty_days_because_it_makes_its_address_known(world: World):
    _try_to_sign_in(world, succeeded=True)
    clock.move(timedelta(days=30) - timedelta(minutes=1))
    work_now(RunnerActor(), world.database, forgetting.forget_tries)
    assert _count(world, SignInTry) == 1

    clock.move(timedelta(minutes=2))
    work_now(RunnerActor(), world.database, forgetting.forget_tries)

    assert _count(world, SignInTry) == 0


def test_a_session_and_a_link_stay_for_thirty_days(world: World):
    write(world, "sign_in", world.cleo)
    before = _count(world, WebSession), _count(world, Capability)
    clock.move(timedelta(days=30) - timedelta(minutes=1))

    work_now(RunnerActor(), world.database, forgetting.forget_sessions)
    work_now(RunnerActor(), world.database, forgetting.forget_links)

    assert (_count(world, WebSession), _count(world, Capability)) == before


def test_a_letter_whose_link_was_forgotten_is_not_sent_without_it(world: World):
    letter_id = write(world, "sign_in", world.cleo)
    clock.move(timedelta(days=30) + max(LIFETIMES.values()) + HOUR)
    work_now(RunnerActor(), world.database, forgetting.forget_links)

    send(place(world, DEMO="1", PUBLIC_URL="http://127.0.0.1:8000"), letter_id)

    letter = kept(world, letter_id)
    assert letter.sent_at is None
    assert letter.answer == "Its link was used, replaced or has run out."


def test_a_runner_removes_nothing_else(world: World):
    @runner_command
    def remove_a_person(work: Work[RunnerActor]) -> None:
        work.remove(work.exec(select(Identity).limit(1)).one())

    with pytest.raises(RuntimeError, match="may not keep this Identity"):
        work_now(RunnerActor(), world.database, remove_a_person)


def test_an_append_only_row_is_removed_by_nobody(world: World):
    from billing_app.access.guard import operator_command

    @operator_command
    def remove_an_entry(work: Work[OperatorActor]) -> None:
        work.remove(work.exec(select(AuditEntry).limit(1)).one())

    with pytest.raises(RuntimeError, match="append-only"):
        world.operator(remove_an_entry)


def forget_all(world: World) -> None:
    """A runner's turn at forgetting, however lately the tests before had one."""
    forgets = [entry for entry in PERIODIC if entry.name.startswith("forget_")]

    @runner_command
    def hurry(work: Work[RunnerActor]) -> None:
        for row in work.exec(select(Schedule)):
            row.due_at, row.leased_until = min(row.due_at, clock.now()), None

    work_now(RunnerActor(), world.database, hurry)
    assert len(run_due(place(world), forgets)) == len(forgets)


def _try_to_sign_in(world: World, *, succeeded: bool = False) -> None:
    @door_command
    def try_it(work: Work[DoorActor]) -> None:
        work.add(
            SignInTry(
                account=uuid4().hex,
                number=1,
                address=world.harbour,
                tried_at=clock.now(),
                succeeded=succeeded,
            )
        )

    work_now(DoorActor(), world.database, try_it)


def _count(world: World, kind: type[Table]) -> int:
    """How many rows of a kind this world has."""
    owned = {
        WebSession: col(WebSession.membership_id) == world.ada.actor.membership_id,
        Capability: col(Capability.identity_id) == world.cleo.actor.identity_id,
        SignInTry: col(SignInTry.address) == world.harbour,
    }
    found: list[int] = []

    @operator_read
    def look(work: Work[OperatorActor]) -> None:
        found.append(len(work.exec(select(kind).where(owned[kind])).all()))

    world.operator(look)
    return found[0]
