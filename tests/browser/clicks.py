"""What somebody has to do at a screen until they are there, counted."""

from __future__ import annotations

import re

from playwright.sync_api import Page


class Clicks:
    """Does what is asked as a person does it: each press, choice and filled field counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def press(self, name: str | re.Pattern[str]) -> None:
        self.page.get_by_role("button", name=name, exact=isinstance(name, str)).click()
        self.count += 1

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=re.compile(f"^{name}")).click()
        self.count += 1

    def choose(self, name: str) -> None:
        self.page.get_by_role("radio", name=re.compile(f"^{name}")).check()
        self.count += 1

    def fill(self, label: str, words: str) -> None:
        self.page.get_by_label(label, exact=True).fill(words)
        self.count += 1
