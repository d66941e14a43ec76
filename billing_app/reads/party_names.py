"""What the parties are called that rows of a list name, for a whole page of them at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlmodel import select

from billing_app.access.actors import Member
from billing_app.access.guard import member_read
from billing_app.access.kept import one_of
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.models.party import Customer, Partner


@member_read
def party_names(
    work: Work[Member], ids: Iterable[UUID | None]
) -> dict[UUID | None, tuple[str, str]]:
    """The shown id and the name of each customer or partner."""
    return work.once(_names, frozenset(ids) - {None})


def _names(work: Work[Any], wanted: frozenset[UUID | None]) -> dict[UUID | None, tuple[str, str]]:
    found: dict[UUID | None, tuple[str, str]] = {}
    for kind, named in _NAMED.items():
        others = wanted - found.keys()
        if len(others) == 1:
            # A page about one party needs more of it than the name, so it is there already.
            rows: dict[UUID, Any] = work.get_all(kind, others)
            found |= {id_: (row.shown_id, row.name) for id_, row in rows.items()}
        elif others:
            for id_, name in work.exec(named, params={"ids": list(others)}):
                found[id_] = (show(kind.prefix, id_), name)
    return found


_NAMED = {kind: select(kind.id, kind.name).where(one_of(kind.id)) for kind in (Customer, Partner)}
