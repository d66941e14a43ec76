"""Numbers of documents: each kind counts by itself, leaves no gap and repeats no number."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.kernel.ids import show
from billing_app.kernel.references import PREFIXES, number_of
from billing_app.kernel.references import Numbered as Numbered
from billing_app.models.books import Series
from billing_app.models.party import Partner

_CODE_LENGTHS = (4, 8, 26)


@command_step
def take_number(work: Work[Clerk], kind: str, *, partner_id: UUID | None = None) -> str:
    """The next number of a kind. It counts as taken when the command around it succeeds.

    The series stays locked until then, so whoever comes second waits and gets the number
    after, or the same one if nothing came of the first. What a partner can see counts in a
    series of the partner's own.
    """
    series = lock_series(work, kind, partner_id=partner_id)
    number = number_of(series.number_prefix, series.next_number)
    series.next_number += 1
    return number


@command_step
def lock_series(work: Work[Clerk], kind: str, *, partner_id: UUID | None = None) -> Series:
    """The series of a kind, begun if this is its first document, locked until the end."""
    series = _locked(work, kind, partner_id)
    if series is None:
        prefix = PREFIXES[Numbered(kind)]
        if partner_id is not None:
            prefix = _partners_prefix(work, prefix, partner_id)
        begun = Series(kind=kind, partner_id=partner_id, number_prefix=prefix)
        work.add_unless_there(begun)
        series = _locked(work, kind, partner_id)
    if series is None:
        raise RuntimeError(f"The series of {kind} cannot be found after it was begun.")
    return series


def _locked(work: Work[Clerk], kind: str, partner_id: UUID | None) -> Series | None:
    return work.exec(_LOCKED, params={"kind": kind, "partner_id": partner_id}).one_or_none()


def _partners_prefix(work: Work[Clerk], prefix: str, partner_id: UUID) -> str:
    """A prefix of the partner's own that tells nothing of how many partners there are."""
    code = show(Partner.prefix, partner_id).rpartition("_")[2].upper()
    taken = set(work.exec(select(Series.number_prefix)))
    return next(
        wanted for length in _CODE_LENGTHS if (wanted := f"{prefix}{code[-length:]}-") not in taken
    )


_LOCKED = (
    select(Series)
    .where(
        col(Series.kind) == bindparam("kind"),
        col(Series.partner_id).is_not_distinct_from(bindparam("partner_id")),
    )
    .with_for_update()
    .execution_options(populate_existing=True)
)
