"""``Work``: one transaction on behalf of one actor, and the only way to data.

Whoever forgets to filter, filters all the same: every statement is narrowed to the
actor's organization, and for a portal actor to their own customer or partner. Whoever
forgets to ask, is refused: without an actor there is no Work. Only a command writes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast
from uuid import UUID

from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Session

from billing_app.access import kept, scope
from billing_app.access.actors import Actor, Member
from billing_app.access.asking import Asking
from billing_app.access.changes import Changes, note_changes, written
from billing_app.access.database import Database, is_taken
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import NotFound
from billing_app.models.audit import AuditEntry
from billing_app.models.base import AppendOnly, OrgOwned, Table

A_co = TypeVar("A_co", bound=Actor, covariant=True)
A = TypeVar("A", bound=Actor)
R = TypeVar("R", bound=OrgOwned)
T = TypeVar("T", bound=Table)
S = TypeVar("S")
P = ParamSpec("P")


class Work(Generic[A_co]):
    """What an actor does in one transaction. It ends whole or not at all."""

    def __init__(self, actor: A_co, database: Database, session: Asking) -> None:
        self.actor = actor
        # The session itself stays inside: it can write in bulk and hand out its connection,
        # past every check below. Reading is all that others need of it.
        self.exec = cast("Session", session).exec
        self._session = session
        self._database = database
        self._changed = False
        # A session lets go of rows that nobody holds; these are asked for again.
        self._held: dict[tuple[type[Table], UUID], Table] = {}
        self._answers: dict[object, object] = {}
        # What was not found: in a read it will not be there later either.
        self._missed: set[tuple[type[Table], UUID]] = set()
        self._locked: set[tuple[type[Table], UUID]] = set()
        self._afterwards: list[Callable[[], None]] = []
        self._noted: Changes = {}
        session.before_writing, session.after_writing = self._inspect, self._note_change

    def begin(self, *, writes: bool) -> None:
        """Open the transaction. The guard of a command or read calls this, nobody else.

        A command inside a command shares its transaction. A command after a read is our
        own mistake: on SQLite the read's snapshot could no longer be written from.
        """
        if self._writes is None:
            self._session.writes = writes
            self._session.connection(execution_options=self._database.options(writes=writes))
        elif writes and not self._writes:
            raise RuntimeError("A command must begin the work; it cannot follow a read.")

    @property
    def _writes(self) -> bool | None:
        return self._session.writes

    def refuse_outside_commands(self) -> None:
        """Fail unless a command has begun this work: what follows is only a part of one."""
        if not self._writes:
            raise RuntimeError("This is a part of a command; it does not begin one.")

    def find(self, kind: type[R], shown_id: str, *, lock: bool = False) -> R:
        """The actor's row with that id. Unknown, foreign or malformed: NotFound.

        With ``lock`` nobody else changes the row until the end, and what was read of it
        before the lock is read again. A read, which sees one moment, asks for a row once.
        """
        row_id = kind.read_id(shown_id)
        if lock:
            found = self.lock(kind, [row_id])
        elif not self._writes and (kind, row_id) in self._held:
            found = [cast("R", self._held[kind, row_id])]
        else:
            found = list(self.exec(kept.by_id(kind), params={"id": row_id}))
        if not found:
            raise NotFound
        if not self._writes:
            self._held[kind, row_id] = found[0]
        return found[0]

    def lock(self, kind: type[R], ids: Collection[UUID]) -> list[R]:
        """Those of the actor's rows, locked until the end, in one order for everybody.

        A row that this work locked before is not asked for again.
        """
        if others := [each for each in ids if (kind, each) not in self._locked]:
            self._session.flush()
            for row in self.exec(kept.locking(kind), params={"ids": others}):
                self._locked.add((kind, row.id))
                self._held[kind, row.id] = row
        found = [self._held[kind, each] for each in sorted(ids) if (kind, each) in self._locked]
        return cast("list[R]", found)

    def get(self, kind: type[T], row_id: UUID) -> T:
        """The actor's row with that id, asked for once however often it is needed."""
        row = self._held.get((kind, row_id))
        if row is None:
            row = self.exec(kept.by_id(kind), params={"id": row_id}).one()
            self._held[kind, row_id] = row
        return cast("T", row)

    def get_all(self, kind: type[T], ids: Iterable[UUID | None]) -> dict[Any, T]:
        """The actor's rows with those ids, by their ids, each asked for once; for none, nothing."""
        wanted = dict.fromkeys(each for each in ids if each is not None)
        if others := [each for each in wanted if not self._knows(kind, each)]:
            for row in self.exec(kept.among(kind), params={"ids": others}):
                self._held[kind, row.id] = row
            if not self._writes:
                missed = ((kind, each) for each in others if (kind, each) not in self._held)
                self._missed.update(missed)
        held = ((each, self._held.get((kind, each))) for each in wanted)
        return {each: cast("T", row) for each, row in held if row is not None}

    def once(self, ask: Callable[Concatenate[Work[Any], P], S], *of: P.args, **no: P.kwargs) -> S:
        """What was asked, asked once in a read, which sees one moment; anew in a command."""
        if self._writes:
            return ask(self, *of, **no)
        asked = ask, of, tuple(no.items())
        if asked not in self._answers:
            self._answers[asked] = ask(self, *of, **no)
        return cast("S", self._answers[asked])

    def add(self, *rows: Table) -> None:
        """Keep new rows; their organization is the actor's."""
        for row in rows:
            self._give_to_the_organization(row)
        self._session.add_all(rows)
        self._session.flush()

    def add_unless_there(self, row: Table) -> bool:
        """Keep a new row unless a constraint says that it is there already.

        Looking first and adding then is a race on PostgreSQL; here the constraint decides.
        """
        self._give_to_the_organization(row)
        self._refuse_writing(row)
        insert = kept.insert_unless_there(type(row), self._database.is_sqlite)
        try:
            added = self._session.connection().execute(insert, row.model_dump()).rowcount
        except IntegrityError as error:
            if not is_taken(error):
                raise
            return False
        if not added:
            return False
        # From here on it is a row like any that was read.
        make_transient_to_detached(row)
        self._session.add(row)
        self._held[type(row), row.id] = row
        self._changed = True
        return True

    def accumulate(
        self, rows: Sequence[OrgOwned], *, key: Sequence[str], adding: Sequence[str]
    ) -> None:
        """Add the sums in ``rows`` to those kept under the same key; keep what is new.

        One statement, whoever else adds at the same time. Nothing that is already loaded
        follows, so it is for sums that are kept beside the facts they come from.
        """
        if not rows:
            return
        for row in rows:
            self._give_to_the_organization(row)
            self._refuse_writing(row)
        upsert = kept.upsert(type(rows[0]), self._database.is_sqlite, tuple(key), tuple(adding))
        self._session.connection().execute(upsert, [row.model_dump() for row in rows])
        self._changed = True

    def remove(self, row: Table) -> None:
        """Remove a row. What is append-only, or not the actor's to keep, is refused."""
        self._session.delete(row)
        self._session.flush()

    def flush(self) -> None:
        """Write what was changed so far, so that the constraints speak now."""
        self._session.flush()

    def after_commit(self, then: Callable[[], None]) -> None:
        """Do something quick once this has come to be; never, if it does not."""
        self._afterwards.append(then)

    def has_come_to_be(self) -> None:
        """Do what was to be done after the commit."""
        for then in self._afterwards:
            then()

    def record(self, verb: str, subject: str) -> None:
        """Note in the audit log what the actor did, unless it changed nothing."""
        self._session.flush()
        noted, self._noted = self._noted, {}
        if isinstance(self.actor, Member) and self._changed:
            self.add(
                AuditEntry(
                    recorded_at=clock.now(),
                    membership_id=self.actor.membership_id,
                    verb=verb,
                    subject=subject,
                    changes=written(noted),
                )
            )

    def _knows(self, kind: type[Table], row_id: UUID) -> bool:
        return (kind, row_id) in self._held or (kind, row_id) in self._missed

    def _give_to_the_organization(self, row: Table) -> None:
        if isinstance(row, OrgOwned) and row.organization_id is None:
            row.organization_id = scope.organization_of(self.actor)

    def _refuse_writing(self, row: Table) -> None:
        """For statements that write past the session what ``_inspect`` is for the others."""
        if not self._writes:
            raise RuntimeError("Only a command writes.")
        scope.refuse_foreign(self.actor, row, is_new=True)

    def _changes(self) -> bool:
        """Whether something waits to be written."""
        session = self._session
        return bool(session.deleted) or any(
            session.is_modified(row) for row in (*session.new, *session.dirty)
        )

    def _inspect(self) -> None:
        session = self._session
        if not self._writes and (session.new or session.dirty or session.deleted):
            raise RuntimeError("Only a command writes.")
        note_changes(self._noted, session.dirty)
        for row in session.new:
            scope.refuse_foreign(self.actor, row, is_new=True)
        for row in (*session.dirty, *session.deleted):
            if isinstance(row, AppendOnly):
                raise RuntimeError("An append-only row is never changed or removed.")
            if inspect(row).identity != inspect(type(row)).primary_key_from_instance(row):
                raise RuntimeError("A row keeps its organization and its id.")
            scope.refuse_foreign(self.actor, row, is_new=False)

    def _note_change(self) -> None:
        self._changed = self._changed or self._changes()


@contextmanager
def work_for(actor: A, database: Database) -> Iterator[Work[A]]:
    """One transaction for ``actor``: committed at the end, undone if anything is raised."""
    with Asking(actor, database) as session:
        work = Work(actor, database, session)
        yield work
        session.commit()
    work.has_come_to_be()
