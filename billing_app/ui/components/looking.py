"""Looking again from a page that was left open, and when somebody comes back to it.

It looks ever more rarely, and after half an hour no more: a page that is only left open must not
keep its reader signed in for the day.
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.event import no_args_event_spec
from reflex_components_core.core.window_events import WindowEventListener

_LOOK = """
useEffect(() => {
  let wait = 10_000
  const look = () => { if (!document.hidden) (%s)() }
  const again = () => {
    look()
    wait *= 1.2
    if (wait < 300_000) timer = setTimeout(again, wait)
  }
  let timer = setTimeout(again, wait)
  document.addEventListener('visibilitychange', look)
  return () => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', look)
  }
}, [])
"""


class _LooksAgain(WindowEventListener):
    """Nothing to be seen. It ends with the page, and rests while nobody looks at that."""

    on_look: rx.EventHandler[no_args_event_spec]  # type: ignore[type-arg, valid-type]

    def add_imports(self) -> dict[str, str]:
        """What the hook needs."""
        return {"react": "useEffect"}

    def add_hooks(self) -> list[str | rx.Var[Any]]:
        """Set the browser's own clock."""
        return [rx.Var(_LOOK % rx.Var.create(self.event_triggers["on_look"]))]


def looks_again(look: Any) -> rx.Component:
    """Have the page send this event now and then."""
    return _LooksAgain.create(on_look=look)
