"""What can be seen and pressed on a page, asked of the browser that drew it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

_WIDER_THAN_THE_WINDOW = """
() => {
  const edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= edge) return [];
  return [...document.body.querySelectorAll('*')]
    .filter((element) => element.getBoundingClientRect().right > edge + 0.5)
    .map((element) => element.outerHTML.slice(0, 120));
}
"""

# A link inside a sentence may be as low as its line; a choice is pressed by its words too.
_TOO_SMALL = """
() => [...document.querySelectorAll('a[href], button, input, select, textarea')]
  .filter((element) => element.checkVisibility() && !element.closest('p, .skip-link'))
  .map((element) => [element, (element.matches('[type=radio], [type=checkbox]')
    && element.closest('label') || element).getBoundingClientRect()])
  .filter(([element, box]) => {
    const least = element.closest('nav, form, header, search, [role=search]') ? 44 : 24;
    return box.height < least || box.width < least;
  })
  .map(([element, box]) => `${box.width} x ${box.height}: ${element.outerHTML.slice(0, 120)}`)
"""

# Of choices that exclude each other, Tab stops at the chosen one and arrows reach the others.
_STOPS = """
() => [...document.querySelectorAll(
    'a[href], button, summary, input, select, textarea, iframe, [tabindex="0"]')]
  .filter((element) => !element.disabled && element.checkVisibility())
  .filter((element) => element.type !== 'radio' || element.checked)
  .map((element, number) => { element.dataset.stop = number; return String(number); })
"""

# Where the focus is, how it shows, and whether something lies over it.
_FOCUS = """
() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at);
  const box = at.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    stop: at.dataset.stop ?? '',
    name: (at.getAttribute('aria-label') ?? at.textContent).trim(),
    html: at.outerHTML.slice(0, 120),
    outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
    covered: !(at === top || at.contains(top)),
  };
}
"""

# Asking the page after each press would cost as much as the press.
_NOTE_EACH_STOP = f"""
() => {{
  if (!window.walk) addEventListener('keyup', () => walk.push(({_FOCUS})()), true);
  window.walk = [];
}}
"""

_START_OVER = """
() => {
  scrollTo(0, 0);
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
}
"""


def wider_than_the_window(page: Page) -> list[str]:
    """The elements that make the page scroll sideways."""
    found: list[str] = page.evaluate(_WIDER_THAN_THE_WINDOW)
    return found


def too_small(page: Page) -> list[str]:
    """What a fingertip would miss: 44 px in navigation and forms, 24 px elsewhere."""
    found: list[str] = page.evaluate(_TOO_SMALL)
    return found


def tab_stops(page: Page) -> set[str]:
    """Everything that the keyboard has to reach, numbered."""
    return set(page.evaluate(_STOPS))


def focus(page: Page) -> dict[str, Any] | None:
    """Where the keyboard is; None while it is nowhere.

    In a frame it is the page inside that shows it.
    """
    found: dict[str, Any] | None = page.evaluate(_FOCUS)
    if found and found["html"].startswith("<iframe"):
        inside = page.frames[-1].evaluate(_FOCUS)
        return inside and found | {name: inside[name] for name in ("html", "outline", "covered")}
    return found


def start_over(page: Page) -> None:
    """Put the keyboard back to the beginning of the page."""
    page.evaluate(_START_OVER)


def tab_through(page: Page, stops: set[str]) -> list[dict[str, Any]]:
    """Press Tab until the keyboard leaves the page, or has been everywhere twice."""
    start_over(page)
    walk = _ask_at_each_stop if len(page.frames) > 1 else _have_each_stop_noted
    been = walk(page, 2 * len(stops))
    return been[: been.index(None)] if None in been else been


def _have_each_stop_noted(page: Page, presses: int) -> list[Any]:
    page.evaluate(_NOTE_EACH_STOP)
    been: list[Any] = []
    while None not in been and len(been) < presses:
        for _ in range(presses // 2 + 1):
            page.keyboard.press("Tab")
        noted = page.evaluate("walk.splice(0)")
        assert noted, "the page did not notice that Tab was pressed"
        been += noted
    return been


def _ask_at_each_stop(page: Page, presses: int) -> list[Any]:
    """In a frame the keyboard's presses are not noticed by the page around it."""
    been: list[Any] = []
    while None not in been and len(been) < presses:
        page.keyboard.press("Tab")
        been.append(focus(page))
    return been
