"""The PDF that goes with a letter, where one is useful.

What asks for money, or is the first that a customer hears of a document, comes with its current
copy, which says what is still to pay. A credit note and a receipt come as they were issued.

A letter to a partner carries nothing: partners have their documents behind their sign-in, where a
letter leads, and nowhere else.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date

from billing_app.access.actors import SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.documents.letters.content import Attachment
from billing_app.documents.papers.naming import file_name
from billing_app.documents.papers.printing import fonts_of, render
from billing_app.kernel.errors import BillingError
from billing_app.reads.letters import LetterFacts
from billing_app.reads.paper import Paper
from billing_app.reads.papers import is_partners, kept_print, paper, statement_paper

log = logging.getLogger("quittance.jobs")

WITHOUT_PDF = (
    "It left without its PDF, which could not be printed. Download the document to read why."
)

_CURRENT = frozenset(
    {"payment_request", "reminder", "instalment_due", "credit_applied", "charge_announced"}
)
_AS_ISSUED = frozenset({"credit_note", "receipt"})
_STATEMENT = "statement"


@dataclass(frozen=True)
class Enclosed:
    """What a letter carries, and a sentence for the log where something is lacking."""

    files: tuple[Attachment, ...] = ()
    lacking: str = ""


def enclosed(place: Installation, facts: LetterFacts) -> Enclosed:
    """What a letter carries. A PDF that cannot be made never keeps its letter from leaving."""
    if facts.kind not in _CURRENT | _AS_ISSUED | {_STATEMENT}:
        return Enclosed()
    try:
        return Enclosed() if _goes_to_partner(place, facts) else Enclosed((_pdf(place, facts),))
    except BillingError as refusal:
        # Its sentence is for admins, who read it at the print: it may name what nobody logs.
        log.warning("%s leaves without its PDF: %s.", facts.id, type(refusal).__name__)
    except Exception:
        log.exception("%s leaves without its PDF.", facts.id)
    return Enclosed(lacking=WITHOUT_PDF)


def _goes_to_partner(place: Installation, facts: LetterFacts) -> bool:
    return work_now(_system(facts), place.database, lambda work: is_partners(work, facts.about))


def _system(facts: LetterFacts) -> SystemActor:
    assert facts.organization_id is not None, "every letter is some organization's"
    return SystemActor(organization_id=facts.organization_id)


def _pdf(place: Installation, facts: LetterFacts) -> Attachment:
    system = _system(facts)
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
