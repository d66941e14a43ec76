"""Settings that several people may change: the one row of a kind, and whether it was seen."""

from __future__ import annotations

from typing import TypeVar

from sqlmodel import col, select

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.work import Work
from billing_app.kernel.errors import Conflict
from billing_app.models.audit import AuditEntry
from billing_app.models.books import AccountingSettings, OrganizationProfile
from billing_app.models.organization import Organization

One = TypeVar("One", OrganizationProfile, AccountingSettings, Organization)


class ChangedMeanwhile(Conflict):
    """Somebody else saved these settings after they were opened."""

    sentence = (
        "Somebody changed this after you opened it, so nothing of yours was saved. Look at what is"
        " kept now, then change what you still want."
    )


@command_step
def the_one(work: Work[Clerk], kind: type[One]) -> One:
    """The organization's one row of this kind, locked."""
    wanted = select(kind).with_for_update().execution_options(populate_existing=True)
    return work.exec(wanted).one()


@command_step
def refuse_unseen(work: Work[Clerk], subject: str, verb: str, seen: str | None) -> None:
    """Refuse what would undo a change that whoever sends it has not seen.

    ``seen`` is the last act of this kind that they were shown, empty for none; None where nobody
    was shown anything. The row it is about is locked, so no other act is under way.
    """
    if seen is None:
        return
    last = (
        select(AuditEntry)
        .where(AuditEntry.subject == subject, AuditEntry.verb == verb)
        .order_by(col(AuditEntry.recorded_at).desc(), col(AuditEntry.id).desc())
        .limit(1)
    )
    entry = work.exec(last).one_or_none()
    if seen != (entry.shown_id if entry else ""):
        raise ChangedMeanwhile
