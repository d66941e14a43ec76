"""The log of who asked for what, one JSON object a line.

It holds no query, cookie, body, payload or token, so that it can be kept and handed on.
"""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from billing_app.kernel.request_id import request_id

access = logging.getLogger("quittance.access")
trouble = logging.getLogger("quittance.edge")


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object, whatever its message contains."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's moment, request, words and fields; a traceback has no locals."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "request_id": request_id.get(),
        }
        fields = getattr(record, "fields", None)
        line |= fields or {
            "logger": record.name,
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        # Half a surrogate pair is valid in JSON and cannot be written to a file.
        text = json.dumps(line, ensure_ascii=False, default=str)
        return text.encode("utf-8", "backslashreplace").decode()


@dataclass
class Visit:
    """One request or one socket, as the log will tell of it."""

    request_id: str
    method: str
    path: str
    client: str
    began: float = field(default_factory=time.perf_counter)
    status: int = 0
    audience: str | None = None
    reason: str | None = None
    dropped: Counter[str] = field(default_factory=Counter)

    def drop(self, reason: str) -> None:
        """Count a frame that was thrown away, and tell of the first of each kind.

        The total follows when the socket closes: a line a frame would be a flood itself.
        """
        self.dropped[reason] += 1
        if self.dropped[reason] == 1:
            access.warning("A frame was dropped.", extra={"fields": self._who(reason=reason)})

    def end(self) -> None:
        """Write the line."""
        fields = self._who(
            status=self.status,
            ms=round((time.perf_counter() - self.began) * 1000, 1),
            audience=self.audience,
            reason=self.reason,
            dropped=dict(self.dropped) or None,
        )
        access.info("%s %s %s", self.method, self.path, self.status, extra={"fields": fields})

    def _who(self, **more: Any) -> dict[str, Any]:
        known = {name: value for name, value in more.items() if value is not None}
        return {
            "request_id": self.request_id,
            "method": self.method,
            "path": self.path,
            "client": self.client,
            **known,
        }
