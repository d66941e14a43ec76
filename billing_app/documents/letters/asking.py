"""Letters that ask for money: the request, reminders, and a part of a plan that falls due."""

from __future__ import annotations

from datetime import date
from gettext import NullTranslations

from billing_app.documents.letters.content import Block, Content, Figures, Paragraph
from billing_app.documents.letters.voice import Voice, voice
from billing_app.kernel.money import Money
from billing_app.reads.letters import LetterFacts
from billing_app.reads.told import AskedTold


def payment_request(facts: LetterFacts, words: NullTranslations) -> Content:
    """What is asked for, what was taken off already, by when, and the way to pay it."""
    _, voice_, told = words.gettext, voice(facts, words), _told(facts)
    said = _said(facts, voice_)
    if told.document.is_request:
        subject = _("%(document)s from %(organization)s: %(amount)s") % said
        opening = _(
            "%(organization)s asks you for a payment in advance. What you pay becomes your credit,"
            " and is used for invoices to come."
        )
    else:
        subject = _("%(document)s from %(organization)s: %(amount)s to pay by %(day)s") % said
        opening = (
            _(
                "%(organization)s asks you to pay %(document)s in parts, %(amount)s of it by"
                " %(day)s."
            )
            if _in_parts(told)
            else _("%(organization)s asks you to pay %(document)s.")
        )
    blocks: list[Block] = [Paragraph(opening % said)]
    if told.again:
        blocks.insert(0, Paragraph(_("You have had this request before; here it is once more.")))
    return Content(subject, (*blocks, _standing(voice_, told), *_way_to_pay(facts, voice_)))


def reminder(facts: LetterFacts, words: NullTranslations) -> Content:
    """That something is still to pay: soon, today, or since when."""
    _, voice_, told = words.gettext, voice(facts, words), _told(facts)
    said = _said(facts, voice_)
    if told.document.is_request:
        subject = _("Reminder of %(document)s from %(organization)s: %(amount)s") % said
        blocks = [
            Paragraph(_("%(organization)s asked you for a payment in advance by %(day)s.") % said),
            Paragraph(
                _(
                    "It is a request and no debt. If you do not wish it any more, tell the person"
                    " you deal with."
                )
            ),
        ]
    else:
        subject, sentence = _when(facts, voice_)
        blocks = [Paragraph(_when_part(facts, voice_) if _in_parts(told) else sentence)]
    thanks = Paragraph(_("If you have paid meanwhile, thank you: you need do nothing."))
    return Content(subject, (*blocks, _standing(voice_, told), *_way_to_pay(facts, voice_), thanks))


def instalment_due(facts: LetterFacts, words: NullTranslations) -> Content:
    """That a part of what was agreed to be paid in parts falls due."""
    _, voice_, told = words.gettext, voice(facts, words), _told(facts)
    said = _said(facts, voice_) | {"part": told.part, "parts": told.parts_in_all}
    return Content(
        _("Part %(part)d of %(parts)d of %(document)s: %(amount)s to pay by %(day)s") % said,
        (
            Paragraph(
                _(
                    "%(organization)s agreed with you that %(document)s is paid in parts. Part"
                    " %(part)d of %(parts)d is due on %(day)s."
                )
                % said
            ),
            voice_.figures(
                (_("Due on %(day)s") % said, _due(told)),
                (_("Still to pay in all"), told.still_to_pay),
                (_("Of that on its way"), told.on_its_way),
            ),
            *_way_to_pay(facts, voice_),
        ),
    )


def _when(facts: LetterFacts, voice_: Voice) -> tuple[str, str]:
    """The subject and the first sentence of a reminder of a debt."""
    _, ngettext, told = voice_.words.gettext, voice_.words.ngettext, _told(facts)
    said, days = _said(facts, voice_), _days(told)
    if days > 0:
        return (
            _("%(document)s from %(organization)s is due on %(day)s: %(amount)s to pay") % said,
            ngettext(
                "%(document)s is due in %(count)d day, on %(day)s.",
                "%(document)s is due in %(count)d days, on %(day)s.",
                days,
            )
            % (said | {"count": days}),
        )
    if days == 0:
        return (
            _("%(document)s from %(organization)s is due today: %(amount)s to pay") % said,
            _("%(document)s is due today, %(day)s.") % said,
        )
    return (
        _("%(document)s from %(organization)s was due on %(day)s: %(amount)s to pay") % said,
        ngettext(
            "%(document)s was due %(count)d day ago, on %(day)s. Please pay it now.",
            "%(document)s was due %(count)d days ago, on %(day)s. Please pay it now.",
            -days,
        )
        % (said | {"count": -days}),
    )


def _when_part(facts: LetterFacts, voice_: Voice) -> str:
    """The first sentence of a reminder of a debt of which only a part is asked for."""
    _, ngettext = voice_.words.gettext, voice_.words.ngettext
    days = _days(_told(facts))
    said = _said(facts, voice_) | {"count": abs(days)}
    if days > 0:
        sentence = ngettext(
            "%(amount)s of %(document)s is due in %(count)d day, on %(day)s.",
            "%(amount)s of %(document)s is due in %(count)d days, on %(day)s.",
            days,
        )
    elif days == 0:
        sentence = _("%(amount)s of %(document)s is due today, %(day)s.")
    else:
        sentence = ngettext(
            "%(amount)s of %(document)s was due %(count)d day ago, on %(day)s. Please pay that"
            " now.",
            "%(amount)s of %(document)s was due %(count)d days ago, on %(day)s. Please pay that"
            " now.",
            -days,
        )
    return sentence % said


def _in_parts(told: AskedTold) -> bool:
    """Whether some of it is asked for later than the rest."""
    return bool(told.parts) and _due(told) < told.still_to_pay - told.on_its_way


def _days(told: AskedTold) -> int:
    """In how many days the first of it is due; below zero once it is late."""
    return (told.parts[0].on - told.today).days if told.parts else 0


def _standing(voice_: Voice, told: AskedTold) -> Figures:
    """What it came to, what is off, and what is left: by one day, or part by part."""
    _ = voice_.words.gettext
    days: list[tuple[str, Money | date]] = [(_("Due on"), each.on) for each in told.parts]
    if told.document.is_request:
        days = [(_("Asked for by"), each.on) for each in told.parts]
    elif len(told.parts) > 1:
        said = [{"day": voice_.day(each.on)} for each in told.parts]
        days = [
            (_("Due on %(day)s") % day, each.left)
            for day, each in zip(said, told.parts, strict=True)
        ]
    return voice_.figures(
        (_("Total"), told.total),
        (_("Paid or taken off already"), told.covered),
        (_("Still to pay"), told.still_to_pay),
        (_("Of that on its way"), told.on_its_way),
        *days,
    )


def _way_to_pay(facts: LetterFacts, voice_: Voice) -> tuple[Block, ...]:
    """The link and what it opens. One that was withdrawn is not there; a person still is."""
    _, told = voice_.words.gettext, _told(facts)
    if not told.link:
        return (voice_.ask(facts),)
    if told.signs_in:
        return (*voice_.button(_("Sign in to pay"), told.link), voice_.ask(facts))
    return (
        *voice_.button(_("Look at it and pay"), told.link),
        Paragraph(
            _(
                "You need no password. Whoever has this link can see this document and pay it, and"
                " nothing else."
            )
        ),
        voice_.ask(facts),
    )


def _said(facts: LetterFacts, voice_: Voice) -> dict[str, object]:
    told = _told(facts)
    return {
        "organization": facts.organization,
        "document": voice_.document(told.document),
        "amount": voice_.amount(_due(told)),
        "day": voice_.day(told.parts[0].on if told.parts else told.today),
    }


def _due(told: AskedTold) -> Money:
    """What is due first, with all that is late; without a plan, all that is still to pay."""
    if not told.parts:
        return told.still_to_pay - told.on_its_way
    last = max(told.parts[0].on, told.today)
    due = [each.left for each in told.parts if each.on <= last]
    return sum(due, Money.zero(told.total.currency))


def _told(facts: LetterFacts) -> AskedTold:
    assert isinstance(facts.told, AskedTold), "a letter is told what it is about"
    return facts.told
