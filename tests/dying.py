"""A process that is forked from the test's own, which is warm, and killed -9 while it works."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from billing_app.access.installation import Installation
from billing_app.kernel import failpoints
from tests.working import wait_until
from tests.world import World

_DIES_WITHIN_S = 30

Act = Callable[[Installation], Any]


class Place(Protocol):
    """Where something is done: a test's people, and the installation they use."""

    world: World
    place: Installation


def dies(here: Place, act: Act, point: str, *, once: Callable[[], bool] | None = None) -> bool:
    """Do it in a process that dies at the point; False if it never got there.

    With ``once`` it is killed from outside instead, as soon as that is true.
    """
    # A process may not use connections of another one, to the database or to the gateway.
    here.world.database.close()
    alone = replace(here.place.settings, home=here.place.settings.home / "killed")
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(_DIES_WITHIN_S)
            failpoints.arm(point)
            act(Installation(alone, here.place.database))
        finally:
            os._exit(1)
    if once is not None:
        wait_until(once)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    died = os.WIFSIGNALED(status)
    assert not died or os.WTERMSIG(status) == signal.SIGKILL
    return died
