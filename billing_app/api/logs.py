"""Where the log goes: one JSON object a line, on standard error."""

from __future__ import annotations

import logging
import sys

from billing_app.api.access_log import JsonLines

# These write whole events, headers and arguments into their messages. What they have to
# say about our own code reaches the log through the handlers the application gives them.
_TALKATIVE = ("reflex", "reflex_base", "engineio", "socketio", "asyncio")


def write_to_standard_error(*, only_trouble: bool) -> None:
    """Write our own lines, and warnings of everybody else but the talkative.

    A demo's terminal is read by a person, so there only trouble is told.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    ours = logging.WARNING if only_trouble else logging.INFO
    logging.getLogger("quittance").setLevel(ours)
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.setLevel(logging.CRITICAL)
