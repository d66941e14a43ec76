"""Letters about charges: announced, failed, to be confirmed, or taken back by the bank."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from gettext import NullTranslations

from billing_app.access.actors import SystemActor
from billing_app.access.work import Work
from billing_app.documents.letters.content import Button, Content, Paragraph
from billing_app.documents.letters.reasons import said_reason
from billing_app.documents.letters.voice import Voice, voice
from billing_app.reads.charge_letters import ABOUT_CHARGES, ChargeTold, Due, charge_told
from billing_app.reads.letters import LetterFacts


def with_charge(work: Work[SystemActor], facts: LetterFacts, *, public_url: str) -> LetterFacts:
    """A letter about a charge with all that it tells; any other as it is.

    Only the organization itself looks it up.
    """
    if facts.kind not in ABOUT_CHARGES:
        return facts
    told = charge_told(
        work, facts.kind, facts.about, written_at=facts.written_at, public_url=public_url
    )
    return replace(facts, link=told.link, needless=facts.needless or told.needless, charge=told)


def announced(facts: LetterFacts, words: NullTranslations) -> Content:
    """How much is going to be charged, to what and when, and how to object."""
    _, voice_ = words.gettext, voice(facts, words)
    subject = _("%(organization)s will charge you for %(document)s") % _said(facts, voice_)
    return Content(subject, _announcement(facts, voice_))


def _announcement(facts: LetterFacts, voice_: Voice) -> tuple[Paragraph | Button, ...]:
    _ = voice_.words.gettext
    said = _said(facts, voice_)
    days = [_day(each, voice_) for each in _told(facts).dues]
    return (
        Paragraph(
            _(
                "You need do nothing: %(organization)s will charge %(document)s to your usual way"
                " of paying, now %(method)s. If that cannot be used then, another one that you"
                " saved is charged."
            )
            % said
        ),
        *map(Paragraph, days),
        _in_another_way(facts, _),
        *_button(facts, voice_),
        Paragraph(
            _(
                "If you object, ask the person you deal with at %(organization)s to call the"
                " charge off. Nothing has been charged yet."
            )
            % said
        ),
    )


def _day(due: Due, voice_: Voice) -> str:
    """How much on which day, and which day it was to be before."""
    _, before = voice_.words.gettext, due.instead_of
    said = {"amount": voice_.amount(due.amount), "day": voice_.day(due.on)}
    if before is None:
        return (
            _("%(amount)s today, %(day)s") if due.at_once else _("%(amount)s on %(day)s")
        ) % said
    moved = (
        _("%(amount)s today, %(day)s, instead of %(before)s")
        if due.at_once
        else _("%(amount)s on %(day)s, instead of %(before)s")
    )
    return moved % (said | {"before": voice_.day(before)})


def _in_another_way(facts: LetterFacts, _: Callable[[str], str]) -> Paragraph:
    if any(each.at_once for each in _told(facts).dues):
        return Paragraph(_("The charge follows this letter at once."))
    return Paragraph(
        _("If you would rather pay in another way, do it before that day, and nothing is charged.")
    )


def failed(facts: LetterFacts, words: NullTranslations) -> Content:
    """That nothing could be charged, why, and how to pay now."""
    _, voice_ = words.gettext, voice(facts, words)
    said = _said(facts, voice_)
    return Content(
        _("%(organization)s could not charge you for %(document)s") % said,
        (
            Paragraph(
                (
                    _("%(amount)s for %(document)s could not be charged to %(method)s.")
                    if said["method"]
                    else _("%(amount)s for %(document)s could not be charged.")
                )
                % said
            ),
            *_why(facts, voice_),
            _what_next(facts, _),
            *_button(facts, voice_),
            voice_.ask(facts),
        ),
    )


def dropped(facts: LetterFacts, words: NullTranslations) -> Content:
    """That what was announced is not charged, and how to pay now."""
    _, voice_ = words.gettext, voice(facts, words)
    said = _said(facts, voice_)
    return Content(
        _("%(organization)s did not charge you for %(document)s") % said,
        (
            Paragraph(
                _(
                    "%(amount)s for %(document)s was to be charged to what you saved, which cannot"
                    " be used for it any more: it may have expired, or was removed or declined."
                    " Nothing was charged."
                )
                % said
            ),
            Paragraph(_("It is not tried again by itself. Please pay in whichever way suits you.")),
            *_button(facts, voice_),
            voice_.ask(facts),
        ),
    )


def needs_you(facts: LetterFacts, words: NullTranslations) -> Content:
    """That the bank wants to hear from the payer themselves."""
    _, voice_ = words.gettext, voice(facts, words)
    said = _said(facts, voice_)
    return Content(
        _("%(organization)s needs you to confirm a payment for %(document)s") % said,
        (
            Paragraph(
                _(
                    "%(amount)s for %(document)s could not be charged to %(method)s, because your"
                    " bank wants you to confirm it yourself. Nothing was charged."
                )
                % said
            ),
            Paragraph(_("Please pay on the payment page, where your bank can ask you.")),
            *_button(facts, voice_),
            *_others(facts, _),
            voice_.ask(facts),
        ),
    )


def taken_back(facts: LetterFacts, words: NullTranslations) -> Content:
    """That the payer's bank took the money back, what is to be paid again, and how."""
    _, voice_ = words.gettext, voice(facts, words)
    said = _said(facts, voice_)
    how = (
        _("%(amount)s had been paid for %(document)s, with %(method)s.")
        if said["method"]
        else _("%(amount)s had been paid for %(document)s.")
    )
    return Content(
        _("Your bank took your payment back: %(document)s is to be paid again") % said,
        (
            Paragraph(how % said),
            Paragraph(
                _(
                    "Your bank has taken this money back from %(organization)s, so it is to be"
                    " paid again."
                )
                % said
            ),
            _what_next(facts, _),
            voice_.figures((_("Still to pay"), _told(facts).still_to_pay)),
            *_button(facts, voice_),
            voice_.ask(facts),
        ),
    )


def _what_next(facts: LetterFacts, _: Callable[[str], str]) -> Paragraph:
    if _told(facts).is_planned:
        return Paragraph(
            _("Another charge is planned. What you pay before that day is not charged again.")
        )
    return Paragraph(_("It is not tried again by itself. Please pay in whichever way suits you."))


def _said(facts: LetterFacts, voice_: Voice) -> dict[str, str]:
    told = _told(facts)
    return {
        "organization": facts.organization,
        "document": voice_.document(told.document),
        "method": told.method,
        "amount": voice_.amount(told.amount),
    }


def _told(facts: LetterFacts) -> ChargeTold:
    assert facts.charge is not None, "a letter about a charge is completed before it is composed"
    return facts.charge


def _why(facts: LetterFacts, voice_: Voice) -> tuple[Paragraph, ...]:
    """In the words that payers read on the payment page, too."""
    reason = said_reason(_told(facts).reason, voice_)
    return (Paragraph(reason),) if reason else ()


def _button(facts: LetterFacts, voice_: Voice) -> tuple[Button, ...]:
    """The way to the payment page, unless the link was withdrawn since."""
    return voice_.button(voice_.words.gettext("Go to the payment page"), facts.link)


def _others(facts: LetterFacts, _: Callable[[str], str]) -> tuple[Paragraph, ...]:
    """What else was to be paid with it: a payment page is of one document."""
    count = _told(facts).others
    if not count:
        return ()
    told = _(
        "Not charged with it, and still to pay: %(count)d more. Each has a payment page of its own;"
        " ask %(organization)s for the links that you do not have."
    )
    return (Paragraph(told % {"count": count, "organization": facts.organization}),)
