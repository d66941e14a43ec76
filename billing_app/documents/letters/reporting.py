"""Letters that report: a statement, and changes by which mail or money could go astray."""

from __future__ import annotations

from gettext import NullTranslations

from billing_app.documents.letters.content import Content, Paragraph
from billing_app.documents.letters.voice import Voice, voice
from billing_app.kernel.money import Money
from billing_app.reads.letters import LetterFacts
from billing_app.reads.told import AddressTold, StatementTold


def statement(facts: LetterFacts, words: NullTranslations) -> Content:
    """The balance before some days, what moved it, and the balance after them."""
    _, voice_, told = words.gettext, voice(facts, words), facts.told
    assert isinstance(told, StatementTold), "a statement is told its figures"
    said = {
        "organization": facts.organization,
        "since": voice_.day(told.since),
        "until": voice_.day(told.until),
        "currency": told.opening.currency,
    }
    return Content(
        _("Your statement with %(organization)s, %(since)s to %(until)s") % said,
        (
            Paragraph(
                _(
                    "This is how your account in %(currency)s with %(organization)s moved from"
                    " %(since)s to %(until)s, both days included."
                )
                % said
            ),
            voice_.figures(
                (_("Before"), _balance(voice_, told.opening)),
                (_("Charged to you"), voice_.amount(told.charged)),
                (_("Paid by you or credited to you"), voice_.amount(told.in_favour)),
                (_("After"), _balance(voice_, told.closing)),
            ),
            voice_.ask(facts),
        ),
    )


def address_changed(facts: LetterFacts, words: NullTranslations) -> Content:
    """That letters go to another address, said at both."""
    _, told = words.gettext, facts.told
    assert isinstance(told, AddressTold), "the letter is told whose address it is"
    said = {"organization": facts.organization, "customer": told.customer}
    where = (
        _("From now on, %(organization)s sends its letters for %(customer)s to this address.")
        if told.is_new
        else _(
            "From now on, %(organization)s sends its letters for %(customer)s to another address"
            " and no longer to this one."
        )
    )
    return Content(
        _("%(organization)s changed the e-mail address of %(customer)s") % said,
        (
            Paragraph(where % said),
            Paragraph(
                _(
                    "If this surprises you, ask the person you deal with there, in a way that you"
                    " know from before."
                )
            ),
        ),
    )


def bank_changed(facts: LetterFacts, words: NullTranslations) -> Content:
    """That an organization's documents name other bank details."""
    _, voice_ = words.gettext, voice(facts, words)
    said = {"organization": facts.organization}
    return Content(
        _("The bank details of %(organization)s were changed") % said,
        (
            Paragraph(
                _(
                    "Somebody who may do so changed the bank details that stand on documents of"
                    " %(organization)s. Customers pay to them from now on."
                )
                % said
            ),
            Paragraph(
                _("If this surprises you, sign in, look at them, and see in the activity who did.")
            ),
            *voice_.button(_("Sign in"), facts.link),
        ),
    )


def _balance(voice_: Voice, balance: Money) -> str:
    """A balance in words, because a sign alone is read both ways."""
    _ = voice_.words.gettext
    if balance.minor < 0:
        return _("%(amount)s to pay") % {"amount": voice_.amount(-balance)}
    if balance.minor > 0:
        return _("%(amount)s in your favour") % {"amount": voice_.amount(balance)}
    return voice_.amount(balance)
