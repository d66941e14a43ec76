"""``Work``: one transaction on behalf of one actor, and the only way to data.

Whoever forgets to filter, filters all the same: every statement is narrowed to the
actor's organization, and for a portal actor to their own customer or partner. Whoever
forgets to ask, is refused: without an actor there is no Work. Only a command writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

from sqlalchemy import ClauseElement, event, inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlmodel import Session, select

from billing_app.access import scope
from billing_app.access.actors import Actor, Member
from billing_app.access.database import Database
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import NotFound
from billing_app.models.audit import AuditEntry
from billing_app.models.base import AppendOnly, OrgOwned, Table

A_co = TypeVar("A_co", bound=Actor, covariant=True)
A = TypeVar("A", bound=Actor)
R = TypeVar("R", bound=OrgOwned)


class Work(Generic[A_co]):
    """What an actor does in one transaction. It ends whole or not at all."""

    def __init__(self, actor: A_co, database: Database, session: Session) -> None:
        self.actor = actor
        # The session itself stays inside: it can write in bulk and hand out its connection,
        # past every check below. Reading is all that others need of it.
        self.exec = session.exec
        self._session = session
        self._database = database
        self._writes: bool | None = None
        self._changed = False
        self._afterwards: list[Callable[[], None]] = []
        event.listen(session, "do_orm_execute", self._narrow)
        event.listen(session, "before_flush", self._inspect)
        event.listen(session, "after_flush", self._note_change)

    def begin(self, *, writes: bool) -> None:
        """Open the transaction. The guard of a command or read calls this, nobody else.

        A command inside a command shares its transaction. A command after a read is our
        own mistake: on SQLite the read's snapshot could no longer be written from.
        """
        if self._writes is None:
            self._writes = writes
            self._session.connection(execution_options=self._database.options(writes=writes))
        elif writes and not self._writes:
            raise RuntimeError("A command must begin the work; it cannot follow a read.")

    def find(self, kind: type[R], shown_id: str, *, lock: bool = False) -> R:
        """The actor's row with that id. Unknown, foreign or malformed: NotFound."""
        wanted = select(kind).where(kind.id == kind.read_id(shown_id))
        if lock:
            wanted = wanted.with_for_update()
        row = self._session.exec(wanted).one_or_none()
        if row is None:
            raise NotFound
        return row

    def add(self, row: Table) -> None:
        """Keep a new row; its organization is the actor's."""
        if isinstance(row, OrgOwned) and row.organization_id is None:
            row.organization_id = scope.organization_of(self.actor)
        self._session.add(row)
        self._session.flush()

    def add_unless_there(self, row: Table) -> bool:
        """Keep a new row unless a constraint says that it is there already.

        Looking first and adding then is a race on PostgreSQL; here the constraint decides.
        """
        try:
            with self._session.begin_nested():
                self.add(row)
        except IntegrityError:
            return False
        return True

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
        if self._changed and isinstance(self.actor, Member):
            self.add(
                AuditEntry(
                    recorded_at=clock.now(),
                    membership_id=self.actor.membership_id,
                    verb=verb,
                    subject=subject,
                )
            )

    def _narrow(self, state: ORMExecuteState) -> None:
        if self._writes is None:
            raise RuntimeError("Data is reached through a guarded command or read.")
        if not state.is_orm_statement:
            raise RuntimeError("Only ORM statements are narrowed to the actor; use a model.")
        if not state.is_select:
            raise RuntimeError("Rows are added with Work.add, and changed as objects.")
        if state.execution_options.get(scope.ACROSS):
            return
        assert isinstance(state.statement, ClauseElement), "every ORM statement is one"
        for kind in scope.tables_in(state.statement):
            state.statement = state.statement.options(
                with_loader_criteria(kind, scope.visible(self.actor, kind), include_aliases=True)
            )

    def _inspect(self, session: Session, *_: Any) -> None:
        if not self._writes and (session.new or session.dirty or session.deleted):
            raise RuntimeError("Only a command writes.")
        for row in session.new:
            scope.refuse_foreign(self.actor, row, is_new=True)
        for row in (*session.dirty, *session.deleted):
            if isinstance(row, AppendOnly):
                raise RuntimeError("An append-only row is never changed or removed.")
            if inspect(row).identity != inspect(type(row)).primary_key_from_instance(row):
                raise RuntimeError("A row keeps its organization and its id.")
            scope.refuse_foreign(self.actor, row, is_new=False)

    def _note_change(self, session: Session, _context: object) -> None:
        self._changed = (
            self._changed
            or bool(session.deleted)
            or any(session.is_modified(row) for row in (*session.new, *session.dirty))
        )


@contextmanager
def work_for(actor: A, database: Database) -> Iterator[Work[A]]:
    """One transaction for ``actor``: committed at the end, undone if anything is raised."""
    with Session(database.engine, expire_on_commit=False, autoflush=False) as session:
        work = Work(actor, database, session)
        yield work
        session.commit()
    work.has_come_to_be()
