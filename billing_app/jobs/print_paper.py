"""Printing a document as it was issued, and keeping that print for good."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from billing_app.access.actors import SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.documents.papers.printing import PRINTER, CannotPrint, fonts_of, render
from billing_app.jobs.trouble import TryLater
from billing_app.kernel.errors import Busy
from billing_app.reads.papers import is_kept, paper
from billing_app.services.archiving import keep_print


class About(Protocol):
    """A job, as far as it matters here: whose it is, and the document it is about."""

    @property
    def organization_id(self) -> UUID: ...

    @property
    def subject(self) -> str: ...


def print_paper(place: Installation, job: About) -> None:
    """Print and keep it, unless that was done before.

    What stands in the way is said in a sentence that an admin reads. It is tried again,
    because a missing font or a missing tax number can be added meanwhile.
    """
    system = SystemActor(organization_id=job.organization_id)
    document_id = job.subject
    if work_now(system, place.database, lambda work: is_kept(work, document_id)):
        return
    said = work_now(system, place.database, lambda work: paper(work, document_id, as_issued=True))
    try:
        content = render(said, fonts=fonts_of(place.settings.home))
    except (CannotPrint, Busy) as refusal:
        raise TryLater(str(refusal)) from None
    work_now(
        system,
        place.database,
        lambda work: keep_print(work, document_id, content, made_with=PRINTER),
    )
