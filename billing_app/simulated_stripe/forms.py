"""Bodies and queries as Stripe's clients write them: ``a[b][0]=c``."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from billing_app.simulated_stripe.refusals import Refusal

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PART = re.compile(r"\[([^\[\]]*)\]")
_MOST_FIELDS = 1_000


def read(encoded: bytes) -> dict[str, Any]:
    """The parameters, nested as they were meant; a list is a dict of its positions."""
    try:
        pairs = parse_qsl(
            encoded.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
    except ValueError:
        raise Refusal("Invalid request: the parameters cannot be read.") from None
    read: dict[str, Any] = {}
    for key, value in pairs:
        _put(read, key, value)
    return read


def _put(into: dict[str, Any], key: str, value: str) -> None:
    parts = _KEY.fullmatch(key)
    if parts is None:
        raise Refusal(f"Received unknown parameter: {key}", code="parameter_unknown", param=key)
    path = [parts[1], *_PART.findall(parts[2])]
    for name in path[:-1]:
        into = _below(into, name or str(len(into)), key)
    last = path[-1] or str(len(into))
    if isinstance(into.get(last), dict):
        raise Refusal(f"Invalid object: {key}", param=key)
    into[last] = value


def _below(into: dict[str, Any], name: str, key: str) -> dict[str, Any]:
    found: Any = into.setdefault(name, {})
    if not isinstance(found, dict):
        raise Refusal(f"Invalid object: {key}", param=key)
    return found
