"""The story's own troubles, which are part of the show, are kept from the terminal."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from billing_app.collecting.planned import NotAnnouncedYet
from billing_app.collecting.transfers import NOBODY_KNOWN

_PATIENCE_S = 20
_LOOKS_EVERY_S = 0.2


class _PartOfTheShow(logging.Filter):
    """Lets everything pass but what the story brings about on purpose."""

    def filter(self, record: logging.LogRecord) -> bool:
        fields = getattr(record, "fields", {})
        waits = fields.get("trouble") == NotAnnouncedYet.sentence
        return record.msg != NOBODY_KNOWN and not waits


@contextmanager
def hushed() -> Iterator[None]:
    """Real trouble is told all the while."""
    filter_ = _PartOfTheShow()
    loggers = [logging.getLogger(f"quittance.{name}") for name in ("collecting", "jobs")]
    for logger in loggers:
        logger.addFilter(filter_)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(filter_)


def wait_until(happened: Callable[[], bool]) -> bool:
    """Wait a while for something that others do; whether it happened."""
    give_up_at = time.monotonic() + _PATIENCE_S
    while time.monotonic() < give_up_at:
        if happened():
            return True
        time.sleep(_LOOKS_EVERY_S)
    return False
