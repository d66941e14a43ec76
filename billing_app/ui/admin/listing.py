"""Lists that are searched, narrowed, ordered and paged: what each shows stands in its address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

import reflex as rx

from billing_app.kernel.errors import Invalid
from billing_app.ui.components.buttons import secondary_button
from billing_app.ui.components.lists import Shelf
from billing_app.ui.components.status import empty_state

_LONGEST_WORD = 200
_TYPED_AHEAD = 9


class ListState(rx.State, mixin=True):
    """A list as its address says it. A list of one's own reads its rows in ``_page``."""

    _path: ClassVar[str]
    _words: ClassVar[tuple[str, ...]]
    _shelves: ClassVar[Mapping[str, str]]
    _usual: ClassVar[Mapping[str, str]]
    """What is meant where the address does not say it."""

    said: dict[str, str] = {}
    place: str = ""
    shelves: list[Shelf] = []
    narrowed: int = 0
    after: str = ""
    loaded: bool = False
    problem: str = ""
    wrong_field: str = ""

    _typed: list[str] = []

    @rx.event
    async def load(self) -> Any:
        """Show what the address asks for, from its beginning."""
        asked, before = self.router.url.query_parameters, self.said.get("search", "")
        self.said = {
            word: asked.get(word, "")[:_LONGEST_WORD] or self._usual.get(word, "")
            for word in self._words
        }
        self.place = self._address({})
        self.shelves = [
            Shelf(words, self._address({"standing": name}), name == self.said["standing"])
            for name, words in self._shelves.items()
        ]
        apart = {"search", "standing", "order"}
        self.narrowed = sum(1 for word in self._words if self.said[word] and word not in apart)
        self.problem, self.wrong_field = "", ""
        try:
            self.after = await self._page("")
        except Invalid as refusal:
            self.problem, self.wrong_field, self.after = str(refusal), refusal.field, ""
        self.loaded = True
        return self._fill_search(before)

    @rx.event
    def find(self, search: str) -> Any:
        """Show only what is found by these words."""
        self._typed = [*self._typed[-_TYPED_AHEAD:], search.strip()[:_LONGEST_WORD]]
        return self._go({"search": search}, replace=True)

    @rx.event
    def sort_by(self, order: str) -> Any:
        """Show it in another order."""
        return self._go({"order": order}, replace=True)

    @rx.event
    def clear(self) -> Any:
        """Show this shelf as a whole again."""
        kept = {"standing": self.said.get("standing", ""), "order": self.said.get("order", "")}
        return self._go(dict.fromkeys(self._words, "") | kept)

    @rx.event
    async def show_more(self) -> None:
        """Add the next page below. Being asked once too often changes nothing."""
        if self.after:
            self.after = await self._page(self.after)

    async def _page(self, after: str) -> str:
        """Show the rows behind one, or from the beginning; where the next ones are asked for."""
        raise NotImplementedError

    def _fill_search(self, before: str) -> Any:
        """Have the search field say what a link asked for; what somebody types stays theirs.

        Whoever types fast may be several words ahead of what is shown.
        """
        search = self.said.get("search", "")
        if search in self._typed:
            self._typed = self._typed[self._typed.index(search) + 1 :]
            return None
        return rx.set_value("search", search) if search != before else None

    def _go(self, change: Mapping[str, str], *, replace: bool = False) -> Any:
        return rx.redirect(self._address(change), replace=replace)

    def _address(self, change: Mapping[str, str]) -> str:
        words = {
            word: value.strip()
            for word, value in {**self.said, **change}.items()
            if word in self._words and value.strip() and value != self._usual.get(word)
        }
        return f"{self._path}?{urlencode(words)}" if words else self._path


def no_match(state: Any, sentence: str, none_yet: rx.Component) -> rx.Component:
    """What stands for an empty list: that nothing is found, or that there is nothing yet."""
    clear = [rx.set_value("search", ""), state.clear]
    not_found = empty_state(
        "No matches",
        sentence,
        secondary_button("Clear search and filters", on_click=clear),
        icon_name="search",
    )
    is_searched = (state.said["search"] != "") | (state.narrowed > 0)
    return rx.cond(is_searched, not_found, none_yet)
