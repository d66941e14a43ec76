"""Every handler of ours, from Reflex's own registry: a new one is attacked without a word."""

from __future__ import annotations

import billing_app.billing_app  # noqa: F401 - importing it registers the handlers
from billing_app.ui import policy

# Each handler's name on the wire, by its name in the policy table.
HANDLERS = {
    policy.short_name(handler): name
    for name, handler in policy.registered().items()
    if handler.states[0].__module__.startswith("billing_app")
    and handler.handler.fn.__name__ != "setvar"
}


def _beside_each_other(most: int = 28) -> dict[str, list[str]]:
    """The handlers in a few heaps, by the State that each begins with; no State is torn apart.

    A heap is sent whole before anybody looks what it led to, and is about as much as one
    socket may say in a second.
    """
    states: dict[str, list[str]] = {}
    for short in HANDLERS:
        states.setdefault(short.partition(".")[0], []).append(short)
    heaps: dict[str, list[str]] = {}
    heap: list[str] = []
    for state, handlers in states.items():
        if not heap or len(heap) + len(handlers) > most:
            heap = heaps[state] = []
        heap += handlers
    return heaps


HEAPS = _beside_each_other()


def as_form(fields: dict[str, str]) -> dict[str, object]:
    """A form's fields as the client wraps them."""
    return {"__reflex_form_data__": [[name, value] for name, value in fields.items()]}
