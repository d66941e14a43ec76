"""What axe-core says about a page: the checks of WCAG 2.2 AA that a machine can make."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.sync_api import BrowserContext, Page

_SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text()
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def add_to(context: BrowserContext) -> None:
    """Give axe to every page of a browser, past our Content-Security-Policy."""
    context.add_init_script(_SCRIPT)


def violations(page: Page) -> list[str]:
    """What breaks a rule, each with the element that does."""
    found: dict[str, Any] = page.evaluate(
        "(tags) => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", _TAGS
    )
    assert len(found["passes"]) > 5, "axe looked at next to nothing"
    return [
        f"{violation['id']}: {node['html'][:160]} ({node['failureSummary']})"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
