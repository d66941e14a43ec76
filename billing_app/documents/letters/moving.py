"""Letters about money that moved: receipts, credit that was used, refunds, credit notes."""

from __future__ import annotations

from gettext import NullTranslations

from billing_app.documents.letters.content import Block, Content, Paragraph
from billing_app.documents.letters.voice import Voice, voice
from billing_app.kernel.money import Money
from billing_app.reads.letters import LetterFacts
from billing_app.reads.told import AppliedTold, NoteTold, PaidTold, ReceiptTold, RefundTold


def receipt(facts: LetterFacts, words: NullTranslations) -> Content:
    """That money arrived, and all it paid."""
    _, voice_, told = words.gettext, voice(facts, words), facts.told
    assert isinstance(told, ReceiptTold), "a receipt is told what came in"
    said = {"organization": facts.organization, "amount": voice_.amount(told.amount)}
    return Content(
        _("Receipt: %(organization)s received %(amount)s from you") % said,
        (
            Paragraph(_("Thank you. %(organization)s received %(amount)s from you.") % said),
            voice_.figures(
                (_("Receipt"), told.number),
                (_("Amount"), told.amount),
                (_("Received on"), told.received_on),
                (_("Paid by"), _method(voice_, told.method)),
                (_("Reference"), told.reference),
                *(row for paid in told.paid for row in _paid(voice_, paid)),
                (_("Kept as your credit"), told.became_credit),
                (_("Kept for your next invoice"), told.unplaced),
            ),
            voice_.ask(facts),
        ),
    )


def credit_applied(facts: LetterFacts, words: NullTranslations) -> Content:
    """That credit was used for an invoice, and what is left of that."""
    _, voice_, told = words.gettext, voice(facts, words), facts.told
    assert isinstance(told, AppliedTold), "the letter is told what was used"
    said = {
        "organization": facts.organization,
        "amount": voice_.amount(told.paid.amount),
        "document": voice_.document(told.paid.document),
        "day": voice_.day(told.on),
    }
    settled = not told.paid.still_to_pay
    return Content(
        _("%(organization)s used %(amount)s of your credit for %(document)s") % said,
        (
            Paragraph(
                _(
                    "On %(day)s, %(organization)s used %(amount)s of the credit that you have"
                    " there for %(document)s."
                )
                % said
            ),
            voice_.figures(*_paid(voice_, told.paid)),
            *((Paragraph(_("There is nothing left to pay on it.")),) if settled else ()),
            voice_.ask(facts),
        ),
    )


def refund(facts: LetterFacts, words: NullTranslations) -> Content:
    """That money goes back, which way, and what it means for what is owed."""
    _, voice_, told = words.gettext, voice(facts, words), facts.told
    assert isinstance(told, RefundTold), "the letter is told what goes back"
    said = {"organization": facts.organization, "amount": voice_.amount(told.amount)}
    return Content(
        _("%(organization)s gives %(amount)s back to you") % said,
        (
            Paragraph(_("%(organization)s gives %(amount)s back to you.") % said),
            Paragraph(_way_back(voice_, told)),
            voice_.figures(
                (_("Amount"), told.amount),
                (_("Given back on"), told.refunded_on),
                (_("Reference"), told.reference),
            ),
            Paragraph(_meaning(voice_, told.choice)),
            voice_.ask(facts),
        ),
    )


def credit_note(facts: LetterFacts, words: NullTranslations) -> Content:
    """That an invoice asks for less, and where the part went that was paid already."""
    _, voice_, told = words.gettext, voice(facts, words), facts.told
    assert isinstance(told, NoteTold), "the letter is told what the note is over"
    said = {
        "organization": facts.organization,
        "number": told.number,
        "amount": voice_.amount(told.amount),
        "document": voice_.document(told.invoice),
    }
    rows: tuple[tuple[str, Money], ...] = (
        (_("Credit Note %(number)s") % said, told.amount),
        (_("Taken off what is still to pay"), told.lowered),
        (_("Kept as your credit"), told.to_credit),
        (_("Given back to you"), told.refunded),
        (_("Handed back to you otherwise"), told.outside),
    )
    still: Block = voice_.figures(
        *rows, (_("Still to pay on %(document)s") % said, voice_.amount(told.still_to_pay))
    )
    return Content(
        _("Credit Note %(number)s over %(amount)s for %(document)s") % said,
        (
            Paragraph(
                _("%(organization)s issued Credit Note %(number)s: %(document)s asks for less.")
                % said
            ),
            still,
            voice_.ask(facts),
        ),
    )


def _paid(voice_: Voice, paid: PaidTold) -> tuple[tuple[str, Money | str], ...]:
    """What was paid on a document, and what is still to pay there, nothing included."""
    _ = voice_.words.gettext
    said = {"document": voice_.document(paid.document)}
    return (
        (_("Paid on %(document)s") % said, paid.amount),
        (_("Still to pay on %(document)s") % said, voice_.amount(paid.still_to_pay)),
    )


def _method(voice_: Voice, method: str) -> str:
    _ = voice_.words.gettext
    return {
        "card": _("Card"),
        "direct_debit": _("Direct debit"),
        "bank_transfer": _("Bank transfer"),
        "cash": _("Cash"),
        "cheque": _("Cheque"),
    }.get(method, _("Other means"))


def _way_back(voice_: Voice, told: RefundTold) -> str:
    _ = voice_.words.gettext
    if told.by_gateway:
        return _(
            "It goes back the way you paid. Until your bank shows it, up to ten days can pass."
        )
    return _("It was handed back in another way than by card, such as by bank transfer or in cash.")


def _meaning(voice_: Voice, choice: str) -> str:
    _ = voice_.words.gettext
    return {
        "still_owes": _("What it had paid is owed again."),
        "no_longer_owes": _("You do not owe it any more; a credit note says the same."),
        "from_credit": _("It was credit that you had not used."),
    }[choice]
