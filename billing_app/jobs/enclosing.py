"""The PDF that goes with a letter, where one is useful.

What asks for money comes with its current copy, which says what is still to pay. A credit note
and a receipt come as they were issued.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date

from billing_app.access.actors import SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.documents.letters.content import Attachment
from billing_app.documents.papers.naming import file_name
from billing_app.documents.papers.printing import fonts_of, render
from billing_app.kernel.errors import BillingError
from billing_app.reads.letters import LetterFacts
from billing_app.reads.paper import Paper
from billing_app.reads.papers import kept_print, paper, statement_paper

log = logging.getLogger("quittance.jobs")

_CURRENT = frozenset({"payment_request", "reminder"})
_AS_ISSUED = frozenset({"credit_note", "receipt"})
_STATEMENT = "statement"


def enclosed(place: Installation, facts: LetterFacts) -> Sequence[Attachment]:
    """What a letter carries. A PDF that cannot be made never keeps its letter from leaving."""
    if facts.kind not in _CURRENT | _AS_ISSUED | {_STATEMENT}:
        return ()
    try:
        return (_pdf(place, facts),)
    except BillingError as refusal:
        # Its sentence is for admins, who read it at the print: it may name what nobody logs.
        log.warning("%s leaves without its PDF: %s.", facts.id, type(refusal).__name__)
    except Exception:
        log.exception("%s leaves without its PDF.", facts.id)
    return ()


def _pdf(place: Installation, facts: LetterFacts) -> Attachment:
    assert facts.organization_id is not None, "every letter is some organization's"
    system = SystemActor(organization_id=facts.organization_id)
    if facts.kind in _AS_ISSUED:
        kept = work_now(system, place.database, lambda work: kept_print(work, facts.about))
        if kept is not None:
            return _file(kept.content, file_name(kept.kind, kept.number))
    said = _said(place, system, facts)
    content = render(said, fonts=fonts_of(place.settings.home))
    head = said.head
    return _file(content, file_name(head.kind, head.number or head.dated_on.isoformat()))


def _said(place: Installation, system: SystemActor, facts: LetterFacts) -> Paper:
    if facts.kind == _STATEMENT:
        since, until, currency = facts.detail.split()
        return work_now(
            system,
            place.database,
            lambda work: statement_paper(
                work,
                facts.about,
                since=date.fromisoformat(since),
                until=date.fromisoformat(until),
                currency=currency,
            ),
        )
    url, issued = place.settings.public_url, facts.kind in _AS_ISSUED
    return work_now(
        system,
        place.database,
        lambda work: paper(work, facts.about, public_url=url, as_issued=issued),
    )


def _file(content: bytes, name: str) -> Attachment:
    return Attachment(name, "application/pdf", content)
