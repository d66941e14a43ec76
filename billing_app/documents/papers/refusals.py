"""Why a paper cannot be printed. Half a paper is worse than none."""

from __future__ import annotations

import unicodedata

from billing_app.kernel.errors import Conflict

_MOST_NAMED = 8


class CannotPrint(Conflict):
    """Something stands in the way, and the sentence says what to do about it."""

    sentence = "This document cannot be printed. Nothing was sent."


class DoesNotAddUp(CannotPrint):
    """The page would not say what the books say."""

    def __init__(self, named: str) -> None:
        super().__init__(
            f"The sums of {named} do not agree with the books, so it was not printed. Nothing was"
            " sent. We have noted it; please have the operator look with the doctor command."
        )


class LettersMissing(CannotPrint):
    """No font has some of the letters."""

    def __init__(self, letters: str) -> None:
        shown = ", ".join(map(_named, letters[:_MOST_NAMED]))
        more = " and others" if len(letters) > _MOST_NAMED else ""
        super().__init__(
            f"No font here can show {shown}{more}, so this document was not printed. Have the"
            " operator put a font that can into the folder “fonts” beside the data, then try again."
        )


class LogoUnreadable(CannotPrint):
    """The picture kept as a logo cannot be put on a page."""

    sentence = (
        "The logo cannot be shown: it is damaged, of another kind than PNG or JPEG, or has more"
        " than 16 million dots. Choose another one in the settings, then try again."
    )


class LegalDetailsMissing(CannotPrint):
    """Whoever charges tax has to say under which number."""

    sentence = (
        "This document charges tax, so it has to name your ABN or your tax id, and your profile"
        " has neither. Add one in the settings, then try again; nothing was sent."
    )


class TookTooLong(CannotPrint):
    """The press was stopped because it did not come to an end."""

    sentence = "Printing this document took too long and was stopped. Nothing was sent."


class PressBroke(CannotPrint):
    """The press ended, or could make no sense of what it got."""

    sentence = "Printing this document went wrong on our side. Nothing was sent; the log says why."


def _named(letter: str) -> str:
    name = unicodedata.name(letter, "")
    code = f"U+{ord(letter):04X}"
    return f"“{letter}” ({name.lower() or code})"
