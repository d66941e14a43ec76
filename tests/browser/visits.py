"""Somebody at a browser."""

from __future__ import annotations

from typing import Any, Literal

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Locator,
    Page,
    Response,
    ViewportSize,
    expect,
)

Colours = Literal["light", "dark"]
COLOURS: tuple[Colours, ...] = ("light", "dark")

DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}

# The browser's own remark on pages that tests ask for although they are not there.
_MISSING_PAGE = "the server responded with a status of 404"

_NOTE_VIOLATIONS = """
addEventListener('securitypolicyviolation', (event) =>
  console.error(`policy: ${event.effectiveDirective} ${event.blockedURI}`), true)
"""


# A machine that runs three tests at once is slow at times, and not wrong.
expect.set_options(timeout=15_000)


class Windows:
    """The windows of a browser, each handed from one visit to the next and emptied before.

    A new one costs as much as a page, and would have to compile all our scripts again.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[Page]] = {}

    def visit(self, base: str, token: str = "", **how: Any) -> Visit:
        """Let somebody in who holds the token, with nothing there from any visit before."""
        how = {"base_url": base, "viewport": DESK, "reduced_motion": "reduce"} | how
        free = self._free.setdefault(str(how), [])
        visit = Visit(free.pop() if free else self._new(how), how)
        if token:
            visit.context.add_cookies([{"name": "quittance", "value": token, "url": base}])
        return visit

    def leave(self, visit: Visit) -> None:
        """End a visit; nothing of it goes on or stays in the window."""
        visit.end()
        _empty(visit.page, visit.how)
        self._free[str(visit.how)].append(visit.page)

    def _new(self, how: dict[str, Any]) -> Page:
        context = self._browser.new_context(**how)
        context.add_init_script(_NOTE_VIOLATIONS)
        return context.new_page()


def _empty(page: Page, how: dict[str, Any]) -> None:
    """Make the window what it was when it was new.

    What our pages keep can only be taken away at our address: there, on a picture.
    """
    page.context.set_offline(False)
    page.goto("/icon.svg")
    page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    page.context.clear_cookies()
    page.emulate_media(color_scheme=how.get("color_scheme", "light"))
    page.set_viewport_size(how["viewport"])


class Visit:
    """One person's browser.

    It keeps what the pages complain about: errors of their scripts, and whatever our
    Content-Security-Policy had to stop.
    """

    def __init__(self, page: Page, how: dict[str, Any]) -> None:
        self.complaints: list[str] = []
        self._excused = [_MISSING_PAGE]
        self.how = how
        self.context = page.context
        self.page = page
        self._listen(page)

    def tab(self) -> Page:
        """Open a tab."""
        page = self.context.new_page()
        self._listen(page)
        return page

    def end(self) -> None:
        """Look no more, and close every tab but the first."""
        self.page.remove_listener("console", self._note)
        self.page.remove_listener("pageerror", self._note_error)
        for tab in self.context.pages:
            if tab != self.page:
                tab.close()

    def open(self, path: str, *, live: bool = True) -> Response:
        """Type an address and wait until the page is complete; its answer comes back."""
        response = self.page.goto(path)
        assert response is not None
        if live:
            wait_until_live(self.page)
        return response

    def heading(self) -> Locator:
        """The page's own heading."""
        return self.page.get_by_role("heading", level=1)

    def press(self, name: str) -> None:
        """Press the button of that name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def wear(self, colours: Colours) -> None:
        """Have the device ask for light or dark, and see that the page follows."""
        self.page.emulate_media(color_scheme=colours)
        root = self.page.locator("html")
        if root.get_attribute("data-live") is None:
            self.page.reload()
        expect(root).to_have_css("color-scheme", colours)

    def excuse(self, complaint: str) -> None:
        """Let a complaint pass that the test is about to provoke."""
        self._excused.append(complaint)

    def _listen(self, page: Page) -> None:
        page.on("console", self._note)
        page.on("pageerror", self._note_error)

    def _note_error(self, error: Error) -> None:
        self.complaints.append(str(error))

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(text in message.text for text in self._excused):
            self.complaints.append(message.text)


def wait_until_live(page: Page) -> None:
    """A press before this would be lost; a look would see grey bars."""
    expect(page.locator("#hydrated")).to_have_text("yes", timeout=15_000)
    expect(page.locator(".skeleton")).to_have_count(0)
