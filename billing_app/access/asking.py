"""Asking the database on behalf of one actor: each statement is narrowed to what they see."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Executable, event
from sqlalchemy.orm import ORMExecuteState
from sqlmodel import Session

from billing_app.access import scope
from billing_app.access.actors import Actor
from billing_app.access.database import Database
from billing_app.access.forms import finds_rows, form_of
from billing_app.access.narrowing import narrowed
from billing_app.access.prepared import prepared


class Asking(Session):
    """A session of one actor, which nobody but their ``Work`` holds."""

    def __init__(self, actor: Actor, database: Database) -> None:
        super().__init__(database.engine, expire_on_commit=False, autoflush=False)
        self.writes: bool | None = None
        self._is_sqlite = database.is_sqlite
        self._kind = type(actor)
        self._who = scope.who(actor)
        self.before_writing: Callable[[], None] = _nothing
        self.after_writing: Callable[[], None] = _nothing

    def exec(self, statement: Any, *, params: Any = None) -> Any:  # type: ignore[override]
        """What the statement finds of what the actor sees."""
        given: Mapping[str, Any] = {**params, **self._who} if params else self._who
        # A command writes rows, so it has to hold those of the session.
        held = self.writes is None or (self.writes and finds_rows(statement))
        form = None if held else form_of(statement)
        if form is not None:
            ready = prepared(self._kind, statement, form, is_sqlite=self._is_sqlite)
            if ready is not None:
                return ready.ask(self.connection(), form, given)
        return super().exec(statement, params=given)

    def narrow(self, state: ORMExecuteState) -> None:
        """Narrow what the session itself sends, or refuse it."""
        if self.writes is None:
            raise RuntimeError("Data is reached through a guarded command or read.")
        if not state.is_orm_statement:
            raise RuntimeError("Only ORM statements are narrowed to the actor; use a model.")
        if not state.is_select:
            raise RuntimeError("Rows are added with Work.add, and changed as objects.")
        assert isinstance(state.statement, Executable), "every ORM statement is one"
        if not scope.looks_across(state.statement):
            state.statement = narrowed(self._kind, state.statement)


def _nothing() -> None:
    """What happens around a flush, as long as nobody says otherwise."""


# For all sessions at once: to listen to each one anew takes longer than a quick read.
event.listen(Asking, "do_orm_execute", lambda state: state.session.narrow(state))
event.listen(Asking, "before_flush", lambda session, *_: session.before_writing())
event.listen(Asking, "after_flush", lambda session, *_: session.after_writing())
