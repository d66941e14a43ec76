"""Checking what a browser sends along with an event.

Reflex tries to convert an argument to its annotated type and passes the raw value on
when it cannot. Here a value either has its type or the event goes no further. Only a
few types can be asked for at all: text, whole numbers, yes or no, a choice, and a form,
which is a TypedDict of text fields. A table's class can never be one of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Set
from typing import Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

from reflex_base.event import EventHandler

_LONGEST_TEXT = 20_000
_LARGEST_NUMBER = 2**53
_MOST_HASHES = 1_000

# How Reflex's client wraps the fields of a form, as pairs of name and value.
_FORM_DATA = "__reflex_form_data__"


def unusable_hints(handler: EventHandler) -> list[str]:
    """The arguments of a handler whose types a browser must not be asked for."""
    return [
        f"{handler.fn.__qualname__}({name}: {hint})"
        for name, hint in _hints(handler).items()
        if not _is_usable(hint)
    ]


def fit(handler: EventHandler, payload: Any) -> bool:
    """Whether ``payload`` is exactly what the handler asks for: no more, no less."""
    if handler.fn.__name__ in _FRAMEWORK:
        return isinstance(payload, dict) and _FRAMEWORK[handler.fn.__name__](payload)
    hints = _hints(handler)
    if not isinstance(payload, dict) or not payload.keys() <= hints.keys():
        return False
    required = {
        name
        for name, parameter in inspect.signature(handler.fn).parameters.items()
        if name in hints and parameter.default is parameter.empty
    }
    return required <= payload.keys() and all(
        _has_type(value, hints[name]) for name, value in payload.items()
    )


def _hints(handler: EventHandler) -> Mapping[str, Any]:
    names = list(inspect.signature(handler.fn).parameters)[1:]
    hints = get_type_hints(handler.fn)
    return {name: hints.get(name, Any) for name in names}


def _is_form(hint: Any) -> bool:
    return is_typeddict(hint) and all(kind is str for kind in get_type_hints(hint).values())


def _is_usable(hint: Any) -> bool:
    return hint in (str, int, bool) or get_origin(hint) is Literal or _is_form(hint)


def _has_type(value: Any, hint: Any) -> bool:
    if hint is str:
        return isinstance(value, str) and len(value) <= _LONGEST_TEXT
    if hint is bool:
        return isinstance(value, bool)
    if hint is int:
        return type(value) is int and abs(value) <= _LARGEST_NUMBER
    if get_origin(hint) is Literal:
        return isinstance(value, str) and value in get_args(hint)
    return _is_form(hint) and _is_filled_in(value, get_type_hints(hint).keys())


def _is_filled_in(value: Any, fields: Set[str]) -> bool:
    """Whether a form came with each of its fields once, and nothing else."""
    pairs = value.get(_FORM_DATA) if isinstance(value, dict) and len(value) == 1 else None
    return (
        isinstance(pairs, list)
        and len(pairs) == len(fields)
        and all(isinstance(pair, list) and len(pair) == 2 for pair in pairs)
        and all(_has_type(part, str) for pair in pairs for part in pair)
        and {name for name, _ in pairs} == fields
    )


def _hydration(payload: dict[str, Any]) -> bool:
    # We keep nothing in the browser's storage, so whatever it offers to restore is forged.
    hashes = payload.get("hashes")
    return (
        payload.keys() <= {"vars", "hashes"}
        and not payload.get("vars")
        and (hashes is None or (isinstance(hashes, list) and len(hashes) <= _MOST_HASHES))
        and all(_has_type(value, str) for value in hashes or ())
    )


_FRAMEWORK: Mapping[str, Callable[[dict[str, Any]], bool]] = {
    "hydrate_and_load": _hydration,
    "on_load_internal": lambda payload: not payload,
    "set_is_hydrated": lambda payload: set(payload) == {"value"},
    "handle_frontend_exception": lambda payload: (
        set(payload) == {"info", "component_stack"}
        and all(_has_type(value, str) for value in payload.values())
    ),
}
