"""The language that a browser may speak on the socket, and nothing beside it.

    1, 3                              Engine.IO: close, pong
    40/_event,{…}                     Socket.IO: connect, with the page's first event
    41/_event,                        Socket.IO: disconnect
    42/_event,["event",{…}]           an event of a screen
    42/_event,["client_error",{…}]    a page that could not apply an update
    42/_event,["ping"]                a test of the line

Reflex parses, and for unknown events logs, whatever arrives, before any middleware of
ours is asked. So the grammar is checked here, and what does not fit never arrives. This
is the language of the Reflex client as pinned; a new version may bring new words.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

_NAMESPACE = "/_event"
_EVENT_KEYS = frozenset({"name", "payload", "router_data", "event_actions"})
_CONNECT_KEYS = frozenset({"event", "state_schema"})
_ROUTER_KEYS = frozenset({"pathname", "asPath", "query"})
_ERROR_KEYS = frozenset({"message", "error_type", "substate"})
_LONGEST = 2_000
_LONGEST_ROUTER_DATA = 4 * 1024
_MOST_OF_A_QUERY = 50
_MOST_VALUES = 1_000
# The payload of an event may be six levels deep, and lies two levels deep itself.
_DEEPEST = 8
# Matches at every quote, closed or not, so that no text is searched twice.
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
# Reflex logs the whole of what these events say.
_REPORT = ".handle_frontend_exception"


class Frame(Enum):
    """What a frame is for."""

    ENGINE = auto()
    CONNECT = auto()
    DISCONNECT = auto()
    MESSAGE = auto()
    REPORT = auto()


class FrameRefused(Exception):
    """The frame is dropped; the reason is for the log and never quotes the frame."""


def read_frame(text: str, events: frozenset[str]) -> Frame:
    """Which kind of frame this is, if it is one that our own pages send."""
    if text in {"1", "3"}:
        return Frame.ENGINE
    kind, rest = text[:2], text[2:]
    if not rest.startswith(_NAMESPACE):
        raise FrameRefused("no frame of ours")
    body = rest.removeprefix(_NAMESPACE)
    match kind:
        case "40":
            _check_connect(body, events)
            return Frame.CONNECT
        case "41" if body in {"", ","}:
            return Frame.DISCONNECT
        case "42" if body.startswith(",["):
            return _check_message(_parsed(body[1:]), events)
    raise FrameRefused("no frame of ours")


def _check_connect(body: str, events: frozenset[str]) -> None:
    if body in {"", ","}:
        return
    if not body.startswith(","):
        raise FrameRefused("no frame of ours")
    auth = _parsed(body[1:])
    if not isinstance(auth, dict) or not auth.keys() <= _CONNECT_KEYS:
        raise FrameRefused("unknown connect")
    schema = auth.get("state_schema")
    if schema is not None and not _is_text(schema):
        raise FrameRefused("unknown connect")
    if auth.get("event") is not None and _check_event(auth["event"], events) is Frame.REPORT:
        raise FrameRefused("unknown connect")


def _check_message(message: Any, events: frozenset[str]) -> Frame:
    match message:
        case ["event", event]:
            return _check_event(event, events)
        case ["client_error", dict(report)]:
            if not report.keys() <= _ERROR_KEYS or not all(map(_is_text, report.values())):
                raise FrameRefused("odd client error")
        case ["ping"]:
            pass
        case _:
            raise FrameRefused("unknown message")
    return Frame.MESSAGE


def _check_event(event: Any, events: frozenset[str]) -> Frame:
    if not isinstance(event, dict) or not event.keys() <= _EVENT_KEYS:
        raise FrameRefused("odd event")
    name = event.get("name")
    if not isinstance(name, str) or name not in events:
        raise FrameRefused("unknown event")
    # The client leaves out what is empty.
    for part in (event.get("payload", {}), event.get("event_actions", {})):
        if not isinstance(part, dict):
            raise FrameRefused("odd event")
    _check_router_data(event.get("router_data"))
    return Frame.REPORT if name.endswith(_REPORT) else Frame.MESSAGE


def _check_router_data(router_data: Any) -> None:
    if not isinstance(router_data, dict) or not router_data.keys() <= _ROUTER_KEYS:
        raise FrameRefused("odd router data")
    query = router_data.get("query", {})
    if not isinstance(query, dict):
        raise FrameRefused("odd router data")
    asked = _texts_of(query)
    texts = [router_data.get("pathname", ""), router_data.get("asPath", ""), *asked]
    if len(asked) > 2 * _MOST_OF_A_QUERY or not all(map(_is_text, texts)):
        raise FrameRefused("odd router data")
    if sum(map(len, texts)) > _LONGEST_ROUTER_DATA:
        raise FrameRefused("odd router data")


def _texts_of(query: Mapping[str, Any]) -> list[Any]:
    """Names and texts; an optional part of a route may be null, a splat is a list."""
    texts: list[Any] = []
    for name, value in query.items():
        given = value if isinstance(value, list) else [value]
        texts += [name, *("" if text is None else text for text in given)]
    return texts


def _check_values(message: Any) -> None:
    """Refuse what no page of ours produces and what no database could hold."""
    waiting: list[tuple[Any, int]] = [(message, 1)]
    found = 0
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, dict | list):
            # Counted before anything is unfolded, so that a crowd is never walked through.
            found += len(value)
            if found > _MOST_VALUES:
                raise FrameRefused("too many values")
            if depth > _DEEPEST:
                raise FrameRefused("too deep")
            inner = [*value, *value.values()] if isinstance(value, dict) else value
            waiting.extend((item, depth + 1) for item in inner)
        # Python reads NaN and Infinity, which are no JSON, and 1e999, which is.
        elif isinstance(value, float) and not math.isfinite(value):
            raise FrameRefused("no number")
        elif isinstance(value, str) and not _is_clean(value):
            raise FrameRefused("no text")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST and _is_clean(value)


def _is_clean(text: str) -> bool:
    """Neither NUL nor half a surrogate pair: neither can be typed, encoded or kept."""
    if text.isascii():
        return "\0" not in text
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _is_crowded(text: str) -> bool:
    """Whether this holds too many values for certain; reading it would take far longer."""
    most = 2 * _MOST_VALUES + 1
    return _signs(text) > most and _signs(_STRING.sub("", text)) > most


def _signs(text: str) -> int:
    """Each value follows a comma or opens a list or an object, and each of those is one."""
    return text.count(",") + text.count("[") + text.count("{")


def _parsed(text: str) -> Any:
    """The JSON, read once and by the reader that Reflex uses, so that both see the same."""
    if _is_crowded(text):
        raise FrameRefused("too many values")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        raise FrameRefused("no JSON") from None
    _check_values(message)
    return message
