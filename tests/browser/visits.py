"""Somebody at a browser."""

from __future__ import annotations

from typing import Any, Literal

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
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


class Visit:
    """One person's browser, with nothing in it from any visit before.

    It keeps what the pages complain about: errors of their scripts, and whatever our
    Content-Security-Policy had to stop.
    """

    def __init__(self, browser: Browser, base: str, token: str = "", **how: Any) -> None:
        self.complaints: list[str] = []
        self._excused = [_MISSING_PAGE]
        self.context = browser.new_context(
            base_url=base, **({"viewport": DESK, "reduced_motion": "reduce"} | how)
        )
        self.context.add_init_script(_NOTE_VIOLATIONS)
        if token:
            self.context.add_cookies([{"name": "quittance", "value": token, "url": base}])
        self.page = self.tab()

    def tab(self) -> Page:
        """Open a tab."""
        page = self.context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

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

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(text in message.text for text in self._excused):
            self.complaints.append(message.text)


def wait_until_live(page: Page) -> None:
    """A press before this would be lost; a look would see grey bars."""
    expect(page.locator("#hydrated")).to_have_text("yes", timeout=15_000)
    expect(page.locator(".skeleton")).to_have_count(0)
