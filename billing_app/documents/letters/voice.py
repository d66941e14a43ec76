"""How a letter in one language writes amounts, days and the names of documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from gettext import NullTranslations

from babel.dates import format_date

from billing_app.documents.letters.content import Button, Figures, Paragraph
from billing_app.kernel.amounts import show_amount
from billing_app.kernel.money import Money
from billing_app.reads.letters import LetterFacts
from billing_app.reads.told import Named

# English alone is American to Babel; our screens write the day before its month.
_DAYS = {"en": "d MMMM y"}


@dataclass(frozen=True)
class Voice:
    """The words and the marks of one language."""

    words: NullTranslations
    locale: str

    def amount(self, money: Money) -> str:
        """An amount, such as $1,234.50 or 1.234,50 €."""
        return show_amount(money, self.locale)

    def day(self, on: date) -> str:
        """A day with its month in letters, so that nobody takes one for the other."""
        return format_date(on, _DAYS.get(self.locale, "long"), locale=self.locale)

    def document(self, named: Named) -> str:
        """A document by its kind and number."""
        _ = self.words.gettext
        said = {"number": named.number}
        if named.is_request:
            return _("Credit Request %(number)s") % said
        return _("Invoice %(number)s") % said

    def figures(self, *rows: tuple[str, Money | date | str | None]) -> Figures:
        """Rows of amounts and days. Those that are nothing are left out."""
        return Figures(tuple((name, self._value(value)) for name, value in rows if value))

    def ask(self, facts: LetterFacts) -> Paragraph:
        """Whom to turn to."""
        _ = self.words.gettext
        said = {"organization": facts.organization}
        return Paragraph(
            _("If you have a question, ask the person you deal with at %(organization)s.") % said
        )

    def button(self, label: str, link: str) -> tuple[Button, ...]:
        """The one thing to press, where there is an address behind it."""
        return (Button(label, link),) if link else ()

    def _value(self, value: Money | date | str | None) -> str:
        if isinstance(value, Money):
            return self.amount(value)
        return self.day(value) if isinstance(value, date) else value or ""


def voice(facts: LetterFacts, words: NullTranslations) -> Voice:
    """The voice in which a letter speaks to its reader."""
    return Voice(words, facts.locale)
