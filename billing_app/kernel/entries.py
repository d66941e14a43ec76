"""What people type into fields, made fit to keep, or refused with a sentence."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from billing_app.kernel.errors import Invalid
from billing_app.kernel.tongue import tell

LONGEST_NAME = 200
LONGEST_EMAIL = 254
LONGEST_SORT_FORM = 2 * LONGEST_NAME

# Normalising is slow for some texts, so one that cannot be kept is not even looked at.
_LONGEST_TYPED = 5 * LONGEST_NAME

# Letters and symbols by their category, and yet nothing to see: fillers and empty Braille.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")

# An encoded word is no name: Python would write a header out with what it stands for, line
# ends included.
_LOCAL = r"(?:(?!=\?)[^@\s,;:<>\"()\[\]\\])+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_EMAIL = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+(?:[a-z]{{2,}}|xn--{_LABEL})")


def read_name(typed: str, *, field: str = "name") -> str:
    """A name of a person or business, in one line, as it will be printed.

    Control characters and the marks that turn the reading direction are dropped: they
    can make one name look like another.
    """
    if len(typed) > _LONGEST_TYPED:
        raise Invalid(
            tell("A name can have at most %(longest)d characters.", longest=LONGEST_NAME),
            field=field,
        )
    name = _in_one_line(typed)
    if not name:
        raise Invalid(tell("Enter a name."), field=field)
    if len(name) > LONGEST_NAME:
        raise Invalid(
            tell("A name can have at most %(longest)d characters.", longest=LONGEST_NAME),
            field=field,
        )
    return name


def read_line(typed: str, *, longest: int, what: str, field: str, required: bool = True) -> str:
    """Some words in one line, cleaned like a name. ``what`` is the noun for the sentences."""
    if len(typed) > longest + _LONGEST_TYPED:
        raise Invalid(f"The {what} can have at most {longest} characters.", field=field)
    line = _in_one_line(typed)
    if required and not line:
        raise Invalid(f"Enter the {what}.", field=field)
    if len(line) > longest:
        raise Invalid(f"The {what} can have at most {longest} characters.", field=field)
    return line


def read_search(typed: str) -> str:
    """How a name or number begins that somebody looks for, cleaned as those were."""
    return _in_one_line(typed[:LONGEST_NAME])


def fit_to_keep(told: object, *, longest: int) -> str:
    """What a machine told us, in one line that every database takes, cut and never refused."""
    line = _in_one_line(str(told or "")[:_LONGEST_TYPED])
    return line[:longest].rstrip()


def read_paragraphs(typed: str, *, longest: int, what: str, field: str) -> str:
    """Some words in several lines, each cleaned like a name; it may be left empty."""
    if len(typed) > longest + _LONGEST_TYPED:
        raise Invalid(f"The {what} can have at most {longest} characters.", field=field)
    text = "\n".join(_in_one_line(line) for line in typed.splitlines()).strip("\n")
    if len(text) > longest:
        raise Invalid(f"The {what} can have at most {longest} characters.", field=field)
    return text


def read_email(typed: str, *, field: str = "email") -> str:
    """An e-mail address in its one normal form, by which people are recognised."""
    email = unicodedata.normalize("NFC", typed[:_LONGEST_TYPED].strip().lower())
    if (
        len(typed) > _LONGEST_TYPED
        or len(email) > LONGEST_EMAIL
        or not email.isprintable()
        or not _EMAIL.fullmatch(email)
    ):
        raise Invalid("Enter an e-mail address, such as name@example.com.", field=field)
    return email


def read_whole_number(typed: str, *, lowest: int, highest: int, field: str) -> int:
    """A whole number within its bounds."""
    digits = typed.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < len(str(highest)) + 1):
        raise Invalid(f"Enter a whole number from {lowest} to {highest}.", field=field)
    if not lowest <= int(digits) <= highest:
        raise Invalid(f"Enter a whole number from {lowest} to {highest}.", field=field)
    return int(digits)


def read_whole_numbers(typed: str, *, highest: int, field: str) -> list[int]:
    """Whole numbers with commas or blanks between them, as they were typed; none for nothing."""
    if len(typed) > _LONGEST_TYPED:
        raise Invalid("Enter whole numbers with commas between them.", field=field)
    parts = typed.replace(",", " ").replace(";", " ").split()
    return [read_whole_number(part, lowest=0, highest=highest, field=field) for part in parts]


def read_day(typed: str, *, field: str) -> date | None:
    """A day as browsers write it, 2026-03-31; None where nothing was entered."""
    if not typed.strip():
        return None
    try:
        day = date.fromisoformat(typed.strip())
    except ValueError:
        day = date.min
    # No books are older, and no time zone leads out of the calendar from there.
    if not 1900 <= day.year < 9999:
        raise Invalid("Enter a day, such as 2026-03-31.", field=field)
    return day


def sort_form(name: str) -> str:
    """The form by which a list is ordered and searched: no case, no accents.

    Taking characters apart can make eighteen of one, so its end is cut off.
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(character for character in plain if not unicodedata.combining(character))
    return kept[:LONGEST_SORT_FORM]


def _in_one_line(typed: str) -> str:
    """What can be seen of a text, its blanks evened out."""
    kept = "".join(
        " " if character.isspace() or character in _BLANK else character
        for character in typed
        if character.isspace() or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )
    return unicodedata.normalize("NFC", " ".join(kept.split()))
