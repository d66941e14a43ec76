"""The address of the pay page, without what was said in it once that has been shown.

Whoever loads the page again, or keeps its address, is not told of an old press.
"""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.ui.pay.state import PayState

_CLEAR = """
useEffect(() => {
  if (!%s || !window.location.search) return
  window.history.replaceState(window.history.state, '', window.location.pathname)
}, [%s])
"""


class _Cleared(rx.el.Span):
    """Nothing to be seen. It waits for the state, which reads the address."""

    known: rx.Var[bool]

    def add_imports(self) -> dict[str, str]:
        """What the hook needs."""
        return {"react": "useEffect"}

    def add_hooks(self) -> list[str | rx.Var]:
        """Shorten the address when the page knows all that it said."""
        known = str(self.known)
        return [rx.Var(_CLEAR % (known, known), _var_data=self.known._get_all_var_data())]

    def _exclude_props(self) -> list[str]:
        return [*super()._exclude_props(), "known"]


def address_cleared() -> rx.Component:
    """Have the address say nothing any more. The browser does it, without loading anything."""
    known: Any = PayState.known
    return _Cleared.create(known=known, hidden=True)
