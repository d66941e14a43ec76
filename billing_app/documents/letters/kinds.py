"""What each kind of letter says. Words only: none of this is ever kept or logged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from gettext import NullTranslations

from billing_app.access.capabilities import LIFETIMES, Purpose
from billing_app.documents.letters import asking, charges, moving, reporting
from billing_app.documents.letters.content import Button, Content, Paragraph
from billing_app.reads.letters import LetterFacts


def compose(facts: LetterFacts, words: NullTranslations) -> Content:
    """The letter in the words of one language, from its greeting to its last line."""
    _ = words.gettext
    content = KINDS[facts.kind](facts, words)
    greeting = _("Hello %(name)s,") % {"name": facts.name} if facts.name else _("Hello,")
    closing = _(
        "This letter was sent automatically for %(organization)s. Answers to it are not read."
    )
    return Content(
        subject=content.subject,
        blocks=(
            Paragraph(greeting),
            *content.blocks,
            Paragraph(closing % {"organization": facts.organization}),
        ),
        labelled=_("%(label)s:"),
    )


def _sign_in(facts: LetterFacts, words: NullTranslations) -> Content:
    _ = words.gettext
    here = {"organization": facts.organization}
    return Content(
        _("Your sign-in link for %(organization)s") % here,
        (
            Paragraph(_("Press the button to sign in to %(organization)s.") % here),
            Button(_("Sign in"), facts.link),
            Paragraph(
                _("The link works once, within %(minutes)d minutes.")
                % {"minutes": _minutes(Purpose.SIGN_IN)}
            ),
            Paragraph(
                _(
                    "If you did not ask for it, you need do nothing: nobody can sign in without"
                    " this letter."
                )
            ),
        ),
    )


def _invitation(facts: LetterFacts, words: NullTranslations) -> Content:
    _ = words.gettext
    here = {"organization": facts.organization, "role": _role(facts.role, words)}
    return Content(
        _("You are invited to %(organization)s") % here,
        (
            Paragraph(_("%(organization)s invites you to its workspace, as %(role)s.") % here),
            Paragraph(_("Press the button to choose a password and come in.")),
            Button(_("Accept the invitation"), facts.link),
            Paragraph(
                _("The link works once, within %(hours)d hours. After that, ask for a new one.")
                % {"hours": _minutes(Purpose.INVITATION) // 60}
            ),
            Paragraph(_("If you do not know %(organization)s, leave this letter alone.") % here),
        ),
    )


def _reset(facts: LetterFacts, words: NullTranslations) -> Content:
    _ = words.gettext
    here = {"organization": facts.organization}
    return Content(
        _("Choose a new password for %(organization)s") % here,
        (
            Paragraph(_("Somebody, probably you, asked for a new password.")),
            Button(_("Choose a new password"), facts.link),
            Paragraph(
                _("The link works once, within %(minutes)d minutes.")
                % {"minutes": _minutes(Purpose.RESET)}
            ),
            Paragraph(_("If it was not you, you need do nothing: your password stays as it is.")),
        ),
    )


def _access_granted(facts: LetterFacts, words: NullTranslations) -> Content:
    _ = words.gettext
    here = {"organization": facts.organization, "address": facts.recipient}
    return Content(
        _("You can now sign in to %(organization)s") % here,
        (
            Paragraph(
                _("%(organization)s has opened its portal to you. It shows your own account.")
                % here
            ),
            Button(_("Go to the sign-in page"), facts.link),
            Paragraph(
                _(
                    "There is no password. Enter your e-mail address, %(address)s, and a link"
                    " to sign in is sent to you."
                )
                % here
            ),
        ),
    )


def _access_revoked(facts: LetterFacts, words: NullTranslations) -> Content:
    _ = words.gettext
    here = {"organization": facts.organization}
    return Content(
        _("Your access to %(organization)s has ended") % here,
        (
            Paragraph(_("%(organization)s has closed its portal to you.") % here),
            Paragraph(
                _("If you think that this is a mistake, ask the person you deal with there.")
            ),
        ),
    )


def _password_changed(facts: LetterFacts, words: NullTranslations) -> Content:
    _ = words.gettext
    here = {"organization": facts.organization}
    return Content(
        _("Your password for %(organization)s was changed") % here,
        (
            Paragraph(_("Your password was changed. If that was you, all is well.")),
            Paragraph(_("If it was not you, choose a new password at once.")),
            Button(_("Choose a new password"), facts.link),
        ),
    )


KINDS: Mapping[str, Callable[[LetterFacts, NullTranslations], Content]] = {
    "sign_in": _sign_in,
    "invitation": _invitation,
    "reset": _reset,
    "access_granted": _access_granted,
    "access_revoked": _access_revoked,
    "password_changed": _password_changed,
    "charge_announced": charges.announced,
    "charge_dropped": charges.dropped,
    "charge_failed": charges.failed,
    "charge_needs_you": charges.needs_you,
    "charge_taken_back": charges.taken_back,
    "payment_request": asking.payment_request,
    "reminder": asking.reminder,
    "instalment_due": asking.instalment_due,
    "receipt": moving.receipt,
    "credit_applied": moving.credit_applied,
    "refund": moving.refund,
    "credit_note": moving.credit_note,
    "statement": reporting.statement,
    "address_changed": reporting.address_changed,
    "bank_changed": reporting.bank_changed,
}


def _role(role: str, words: NullTranslations) -> str:
    _ = words.gettext
    return {
        "owner": _("an owner"),
        "manager": _("a manager"),
        "bookkeeper": _("a bookkeeper"),
        "viewer": _("a viewer"),
    }[role]


def _minutes(purpose: Purpose) -> int:
    return LIFETIMES[purpose] // timedelta(minutes=1)
