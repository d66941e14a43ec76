"""The words of pages in the reader's language.

Components are compiled into scripts once, in English. What another language has for their words
travels with the page's content, and each place looks its word up there: English costs nothing, and
a word that a language lacks is said in English.
"""

from __future__ import annotations

import json
import re
from typing import Any

import reflex as rx
from reflex.istate.data import RouterData
from reflex.vars import VarData

from billing_app.access.installation import run
from billing_app.kernel.errors import BillingError
from billing_app.kernel.numerals import LOCALES
from billing_app.kernel.tongue import ENGLISH, language, speak, words_said_in
from billing_app.reads.locales import spoken_to
from billing_app.ui.components.text import Text

_PREFERENCE = re.compile(r"\s*([a-z]{2,3})[a-z0-9-]*\s*(?:;\s*q=([01](?:\.\d{1,3})?)\s*)?", re.I)
_LONGEST_HEADER = 200

_ANYWHERE = tuple(
    f"billing_app/ui/{place}" for place in ("components/", "layout.py", "pages.py", "signed_out.py")
)
_DOORS = tuple(f"billing_app/ui/{place}.py" for place in ("choose", "forgot", "landing", "sign_in"))
_AT_THE_DOOR = (*_ANYWHERE, *_DOORS, "billing_app/ui/pay/")
_INSIDE = (
    *_ANYWHERE,
    *(f"billing_app/ui/{place}" for place in ("customer/", "partner/", "frames.py", "profile.py")),
)
_PORTALS = ("/customer", "/partner")


class WordsState(rx.State):
    """The reader's language and what it has for the words of the page; nothing for English."""

    locale: str = ""
    said: dict[str, str] = {}

    _spoken: str = ""

    @rx.event
    async def learn(self) -> None:
        """Have the words of whoever reads. Each page asks this first.

        They are those of the person who is signed in, else of the browser. A pay link's page
        asks again once it knows whose document it is.
        """
        try:
            speak(await run(spoken_to))
        except BillingError:
            speak(preferred(self.router))
        self._have()

    def _have(self) -> None:
        """Have the page's words in the language that is spoken in this event."""
        self._spoken = language()
        places = _INSIDE if self.router.url.path.startswith(_PORTALS) else _AT_THE_DOOR
        said = words_said_in(self._spoken, places)
        named = self._spoken if self._spoken != ENGLISH else ""
        if (self.locale, self.said) != (named, said):
            self.locale, self.said = named, said


def preferred(router: RouterData) -> str:
    """The language of ours that the browser likes best; English where it names none of them."""
    headers: Any = router.headers.raw_headers
    asked = headers.get("accept-language", "")[:_LONGEST_HEADER].split(",")
    found = [match for each in asked if (match := _PREFERENCE.fullmatch(each))]
    liked = sorted(found, key=lambda match: -float(match[2] or 1))
    ours = (match[1].lower() for match in liked if match[1].lower() in LOCALES)
    return next(ours, ENGLISH)


def say(english: str, **filled: Text) -> Any:
    """A word or sentence of a page in the reader's language, with its named places filled."""
    entry: Any = WordsState.said
    known = entry[english]
    words = f"({known} ?? {json.dumps(english, ensure_ascii=False)})"
    data = [known._get_all_var_data()]
    for name, filling in filled.items():
        value = rx.Var.create(filling)
        words += f".replace({json.dumps(f'%({name})s')}, () => {value})"
        data.append(value._get_all_var_data())
    return rx.Var(words, _var_type=str, _var_data=VarData.merge(*data)).guess_type()


def phrase(english: str, **filled: rx.Component | Text) -> rx.Component:
    """A sentence whose named places hold more than words, such as an amount in bold."""
    fillings = [(name, rx.fragment(value)) for name, value in filled.items()]

    def piece(each: Any) -> rx.Component:
        cut = each.split(")s")
        filling = rx.match(cut[0], *fillings, rx.fragment())
        return rx.cond(cut.length() > 1, rx.fragment(filling, cut[1]), rx.fragment(each))

    return rx.foreach(say(english).split("%("), piece)


class _Speaks(rx.el.Span):
    """Nothing to be seen. It tells the browser and its readers the language of the page."""

    spoken: rx.Var[str]

    def add_imports(self) -> dict[str, str]:
        """What the hook needs."""
        return {"react": "useEffect"}

    def add_hooks(self) -> list[str | rx.Var[Any]]:
        """Mark the page with its language, whenever that is another one."""
        mark = f"document.documentElement.lang = {self.spoken} || {json.dumps(ENGLISH)}"
        return [
            rx.Var(
                f"useEffect(() => {{ {mark} }}, [{self.spoken}])",
                _var_data=self.spoken._get_all_var_data(),
            )
        ]

    def _exclude_props(self) -> list[str]:
        return [*super()._exclude_props(), "spoken"]


def speaks() -> rx.Component:
    """Have the page name its language."""
    spoken: Any = WordsState.locale
    return _Speaks.create(spoken=spoken, hidden=True)
