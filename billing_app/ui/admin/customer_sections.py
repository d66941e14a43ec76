"""The sections of a customer's page: each reads what it shows, and anew after an act."""

from __future__ import annotations

import reflex as rx

from billing_app.kernel.errors import NotFound


class SectionState(rx.State, mixin=True):
    """One section, about the customer that the address names."""

    shown: str = ""
    loaded: bool = False

    @rx.event
    async def load(self) -> None:
        """Show it. A connection that was lost and found shows it as it is then."""
        wanted = self.router.url.path.strip("/").rpartition("/")[2]
        if wanted != self.shown:
            self.reset()
        self.shown = wanted
        await self._read_again()

    async def _read_again(self) -> None:
        """Show what the books say now. That nobody is there is said by the page, once."""
        try:
            await self._read()
        except NotFound:
            return
        self.loaded = True

    async def _read(self) -> None:
        """Read what the section shows, in one go."""
        raise NotImplementedError


async def read_again(form: rx.State, *sections: type[SectionState]) -> None:
    """Have sections of the page show what is so after an act."""
    for section in sections:
        await (await form.get_state(section))._read_again()
