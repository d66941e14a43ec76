"""Somebody at the screens of invoices, and what they see there."""

from __future__ import annotations

import re

from playwright.sync_api import Locator

from tests.browser.conftest import Visitor
from tests.browser.visits import Visit
from tests.world import World

NUMBER = re.compile(r"^Invoice INV-")


def at(visit: Visitor, world: World, path: str) -> Visit:
    """Ada opens a page."""
    ada = visit(world.ada.token)
    ada.open(path)
    return ada


def figure(ada: Visit, name: str) -> Locator:
    """One of the figures at the top."""
    return ada.page.locator(".stat").filter(has=ada.page.get_by_text(name, exact=True))


def told(ada: Visit, words: str, role: str = "status") -> Locator:
    """What was said about the last press."""
    return ada.page.get_by_role(role).filter(has_text=words)  # type: ignore[arg-type]
