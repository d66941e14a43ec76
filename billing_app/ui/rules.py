"""What a line of the table of doors says: who may send an event."""

from __future__ import annotations

from dataclasses import dataclass

from billing_app.access.permissions import Permission
from billing_app.kernel.audience import Audience

EVERYONE: frozenset[Audience] = frozenset()
SIGNED_IN = frozenset(Audience)
ADMIN = frozenset({Audience.ADMIN})


@dataclass(frozen=True)
class Rule:
    """Who may send an event. An empty audience means everyone, signed in or not.

    What ``acts`` with a weighty permission asks for the password again first, which is done
    on a page of its own, so also the opening of a form acts, and a question before the act.
    """

    audience: frozenset[Audience]
    permission: Permission | None = None
    by_browser: bool = True
    acts: bool = False
