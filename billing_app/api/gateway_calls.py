"""Calls to the payment gateway for whoever pays, on threads of their own.

A gateway that is slow answers after half a minute, and nobody else may wait for that: pages and
the health check are served by other threads. So many wait here and no more; whoever finds no
place is told at once, before anything was begun for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import BoundedSemaphore
from typing import TypeVar

from billing_app.kernel.errors import Busy

T = TypeVar("T")

AT_ONCE = 16
PLACES = 2 * AT_ONCE
"""Those who are served and those who wait: nobody waits for more than one call before theirs."""

_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="gateway")
_places = BoundedSemaphore(PLACES)


async def off_the_loop(call: Callable[[], T]) -> T:
    """Make a call that may take long. Busy while all places are taken.

    A place is free again when the call has ended, and not when somebody stops waiting for it.
    """
    if not _places.acquire(blocking=False):
        raise Busy
    made = _threads.submit(copy_context().run, call)
    made.add_done_callback(lambda _: _places.release())
    return await asyncio.wrap_future(made)
