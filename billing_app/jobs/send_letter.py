"""Sending one letter.

The letter is rendered here, at the last moment, and what was rendered is kept nowhere. It
is noted as sent after the mail server has taken it: whoever dies in between sends it again,
under the same Message-ID. In a demo, which is its readers' mailbox too, that is where it is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from billing_app.access.actors import RunnerActor, SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.documents.letters import mailbox
from billing_app.documents.letters.charges import with_charge
from billing_app.documents.letters.message import message_of
from billing_app.gateways import mail
from billing_app.jobs.enclosing import enclosed
from billing_app.jobs.trouble import GiveUp, NotReady, TryLater
from billing_app.kernel.errors import Invalid
from billing_app.reads import letters, telling
from billing_app.reads.letters import NO_SERVER, LetterFacts
from billing_app.services import announcing, delivering

IN_THE_MAILBOX = "Shown in the demo's mailbox."
_NO_ADDRESS = "This is not an address that a letter can go to."


class About(Protocol):
    """A job, as far as it matters here: the letter it is about."""

    @property
    def subject(self) -> str: ...


def send_letter(place: Installation, job: About) -> None:
    """Send the letter, unless it has gone already or there is no point in it any more."""
    settings = place.settings
    facts = full_facts(place, job.subject)
    if facts.sent:
        return
    if facts.kind == announcing.ANNOUNCED and not facts.needless:
        facts = _with_days_to_object(place, facts)
    if facts.needless:
        _note(place, facts, delivering.note_needless, facts.needless)
    elif settings.smtp_url or settings.demo:
        _hand_over(place, facts)
    else:
        raise NotReady(NO_SERVER)


def full_facts(place: Installation, letter_id: str) -> LetterFacts:
    """All that a letter is made from: what the runner may see, and what it is about."""
    url = place.settings.public_url
    facts = work_now(
        RunnerActor(),
        place.database,
        lambda work: letters.letter(work, letter_id, public_url=url),
    )
    assert facts.organization_id is not None, "every letter is some organization's"
    system = SystemActor(organization_id=facts.organization_id)
    return work_now(
        system,
        place.database,
        lambda work: with_charge(
            work, telling.in_full(work, facts, public_url=url), public_url=url
        ),
    )


def _with_days_to_object(place: Installation, facts: LetterFacts) -> LetterFacts:
    """What the letter says once its reader has time to object, however late it leaves."""
    assert facts.organization_id is not None, "an organization charges"
    system = SystemActor(organization_id=facts.organization_id)
    work_now(system, place.database, lambda work: announcing.keep_distance(work, facts.about))
    return full_facts(place, facts.id)


def _hand_over(place: Installation, facts: LetterFacts) -> None:
    settings = place.settings
    sender = settings.mail_from or mailbox.SENDER
    carries = enclosed(place, facts)
    try:
        message = message_of(
            facts, sender=sender, public_url=settings.public_url, attachments=carries.files
        )
        if settings.smtp_url:
            mail.hand_over(mail.server_at(settings), message, recipient=facts.recipient)
        if settings.demo:
            mailbox.keep(settings.home, facts.id, message)
    except mail.NotNow as trouble:
        raise TryLater(str(trouble)) from None
    except (mail.Refused, Invalid) as refusal:
        answer = str(refusal) if isinstance(refusal, mail.Refused) else _NO_ADDRESS
        _note(place, facts, partial(delivering.note_refused, to=facts.recipient), answer)
        raise GiveUp(answer) from None
    where = "" if settings.smtp_url else IN_THE_MAILBOX
    sent = partial(delivering.note_sent, to=facts.recipient)
    _note(place, facts, sent, f"{where} {carries.lacking}".strip())


def _note(
    place: Installation, facts: LetterFacts, command: Callable[..., None], answer: str
) -> None:
    work_now(RunnerActor(), place.database, lambda work: command(work, facts.id, answer=answer))
