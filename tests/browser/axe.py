"""What axe-core says about a page: the checks of WCAG 2.2 AA that a machine can make."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

from tests.browser.visits import Colours

_SCRIPT = files("axe_playwright_python").joinpath("axe.min.js").read_text()
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

_LOOK = """
async ([tags, coloursOnly]) => {
  const rules = axe.getRules(tags).filter((rule) => rule.tags.includes('cat.color'))
    .map((rule) => rule.ruleId);
  const runOnly = coloursOnly ? {type: 'rule', values: rules} : {type: 'tag', values: tags};
  const {passes, violations} = await axe.run(document, {runOnly, resultTypes: ['violations']});
  return {rules, passes: passes.map((rule) => rule.id), violations};
}
"""


def violations(page: Page, colours: Colours = "light") -> list[str]:
    """What breaks a rule, each with the element that does.

    Of a page in the dark only its colours are looked at, because they are all that differs:
    whoever looks at it in the dark has it looked at in the light too.
    """
    colours_only = colours == "dark"
    for frame in page.frames:
        if not frame.evaluate("'axe' in window"):
            frame.evaluate(_SCRIPT)
    found: dict[str, Any] = page.evaluate(_LOOK, [_TAGS, colours_only])
    assert found["rules"], "axe has no rule about colours"
    assert len(found["passes"]) > (0 if colours_only else 5), "axe looked at next to nothing"
    return [
        f"{violation['id']}: {node['html'][:160]} ({node['failureSummary']})"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
