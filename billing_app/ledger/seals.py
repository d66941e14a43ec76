"""Seals: rows are hashed a little after they were written, so that a change is noticed.

Triggers refuse a change to the ledger and to the audit log; whoever can switch them off can
change a row all the same, but not without the hashes telling. Commands take no lock for it:
sealing follows within the minute, in short transactions of its own. A hash covers ids,
accounts, amounts and dates, never a name or a free text, so that a person can be forgotten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, and_, bindparam
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from billing_app.access.actors import RunnerActor
from billing_app.access.guard import runner_command, runner_read
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.models.audit import AuditEntry
from billing_app.models.ledger import Entry, Posting, Seal, SealedRow
from billing_app.models.organization import Organization

Lasting = Entry | Posting | AuditEntry

KINDS: dict[str, type[Lasting]] = {
    str(kind.__tablename__): kind for kind in (Entry, Posting, AuditEntry)
}
"""What comes under seals, by the name of its table."""

AT_ONCE = 1_000
"""How many rows come under one seal, so that its transaction stays short."""

START = "0" * 64
"""What the first seal follows from."""

# A transaction that took its ids early may commit late, behind the youngest row sealed.
# None lives as long as this.
_LOOK_BACK_MS = 3_600_000
_OLDEST = UUID(int=0)


@runner_read
def waiting(work: Work[RunnerActor], *, everywhere: bool = False) -> list[UUID]:
    """The organizations that have rows under no seal yet.

    Usually only what is younger than the last seal is looked at, or a little older. A clock
    that ran ahead leaves rows further behind: ``everywhere`` finds them, and takes as long as
    there are rows.
    """
    every = work.exec(select(Organization.id).order_by(col(Organization.id))).all()
    return [one for one in every if _waits(work, one, everywhere=everywhere)]


@runner_command
def seal_some(work: Work[RunnerActor], organization_id: UUID, *, everywhere: bool = False) -> int:
    """Put the next rows of an organization under one new seal; returns how many.

    When two do it at once, the numbers of the seals let one of them win.
    """
    last = _last(work, organization_id)
    chosen = _unsealed(work, organization_id, _OLDEST if everywhere else _since(last))
    if not chosen:
        return 0
    hashes = _hashes(work, organization_id, chosen)
    seal = _seal(organization_id, last, youngest=chosen[-1][0], hashes=hashes)
    if not work.add_unless_there(seal):
        return 0
    work.add(
        *(
            SealedRow(
                organization_id=organization_id,
                seal_id=seal.id,
                position=position,
                kind=kind,
                row_id=row_id,
                hash=digest,
            )
            for position, ((row_id, kind), digest) in enumerate(zip(chosen, hashes, strict=True))
        )
    )
    return len(chosen)


def hash_of(row: Lasting) -> str:
    """The hash of what a row says, except for its words."""
    return _digest([str(type(row).__tablename__), *_facts(row, but=type(row).words)])


def root_of(seal: Seal, hashes: Iterable[str]) -> str:
    """The root over what a seal says of itself, the root before it, and its hashes in order."""
    return _digest([*_facts(seal, but={"root"}), *hashes])


def is_sealed(kind: type[Lasting]) -> Any:
    """The condition that a row of a kind is under a seal."""
    here = and_(
        col(SealedRow.organization_id) == kind.organization_id,
        col(SealedRow.kind) == str(kind.__tablename__),
        col(SealedRow.row_id) == kind.id,
    )
    return select(SealedRow.id).where(here).exists()


def _seal(
    organization_id: UUID, last: Seal | None, *, youngest: UUID, hashes: Sequence[str]
) -> Seal:
    """The seal that follows, with its root."""
    seal = Seal(
        organization_id=organization_id,
        number=last.number + 1 if last else 1,
        previous_root=last.root if last else START,
        root="",
        sealed_at=clock.now(),
        through_id=max(youngest, last.through_id) if last else youngest,
        row_count=len(hashes),
    )
    seal.root = root_of(seal, hashes)
    return seal


def _waits(work: Work[Any], organization_id: UUID, *, everywhere: bool) -> bool:
    since = _OLDEST if everywhere else _since(_last(work, organization_id))
    return any(_ids(work, kind, organization_id, since, at_most=1) for kind in KINDS.values())


def _last(work: Work[Any], organization_id: UUID) -> Seal | None:
    return work.exec(_LAST, params={"organization_id": organization_id}).one_or_none()


def _since(last: Seal | None) -> UUID:
    """Where to look for rows that no seal covers: a little before the last seal."""
    if last is None:
        return _OLDEST
    return UUID(int=max(0, (last.through_id.int >> 80) - _LOOK_BACK_MS) << 80)


def _unsealed(work: Work[Any], organization_id: UUID, since: UUID) -> list[tuple[UUID, str]]:
    """The oldest rows that no seal covers, of all kinds: their ids, and what they are."""
    found = [
        (row_id, name)
        for name, kind in KINDS.items()
        for row_id in _ids(work, kind, organization_id, since, at_most=AT_ONCE)
    ]
    return sorted(found)[:AT_ONCE]


def _ids(
    work: Work[Any], kind: type[Lasting], organization_id: UUID, since: UUID, *, at_most: int
) -> Sequence[UUID]:
    said = {"organization_id": organization_id, "since": since, "at_most": at_most}
    return work.exec(_unsealed_from(kind), params=said).all()


# Asked for every organization each minute, so they are put together once.

_LAST = (
    select(Seal)
    .where(col(Seal.organization_id) == bindparam("organization_id"))
    .order_by(col(Seal.number).desc())
    .limit(1)
)


@cache
def _unsealed_from(kind: type[Lasting]) -> SelectOfScalar[UUID]:
    return (
        select(col(kind.id))
        .where(
            col(kind.organization_id) == bindparam("organization_id"),
            col(kind.id) >= bindparam("since"),
            ~is_sealed(kind),
        )
        .order_by(col(kind.id))
        .limit(bindparam("at_most", type_=Integer))
    )


def _hashes(
    work: Work[Any], organization_id: UUID, chosen: Sequence[tuple[UUID, str]]
) -> list[str]:
    """The hashes of the chosen rows, in their order."""
    found: dict[UUID, str] = {}
    for name, kind in KINDS.items():
        ids = [row_id for row_id, theirs in chosen if theirs == name]
        wanted: Any = select(kind).where(
            kind.organization_id == organization_id, col(kind.id).in_(ids)
        )
        found |= {row.id: hash_of(row) for row in work.exec(wanted)} if ids else {}
    return [found[row_id] for row_id, _ in chosen]


def _facts(row: Lasting | Seal, *, but: Collection[str]) -> list[str]:
    told = row.model_dump(exclude=set(but))
    return sorted(f"{name}={_plain(value)}" for name, value in told.items() if value is not None)


def _plain(value: UUID | str | int | date | datetime) -> str:
    """A value in the one spelling that is hashed, whichever database it came from."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _digest(parts: Iterable[str]) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()
