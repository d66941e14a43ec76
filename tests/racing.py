"""Many people at the same moment, each on a thread and in transactions of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from billing_app.kernel.errors import BillingError, Busy

PATIENCE = 20

Does = Callable[[], Any]


def at_once(acts: Sequence[Does]) -> list[str]:
    """Do all of these at the same moment; the sentence of each refusal, empty for success."""
    start = threading.Barrier(len(acts))

    def one(act: Does) -> str:
        start.wait()
        return patiently(act)

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(one, acts))


def patiently(act: Does) -> str:
    """A house that is full says so, and whoever reads it tries again."""
    for _ in range(PATIENCE):
        try:
            act()
        except Busy:
            continue
        except BillingError as refusal:
            return str(refusal)
        return ""
    raise AssertionError(f"busy {PATIENCE} times in a row")
