"""What the frame of every screen holds: who is signed in, and the last refusal."""

from __future__ import annotations

from typing import Any

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.permissions import Permission
from billing_app.reads.member import me
from billing_app.ui.last_act import begin_act


class FrameState(rx.State):
    """The frame around each signed-in screen."""

    person: str = ""
    email: str = ""
    workspace: str = ""
    standing: str = ""
    permissions: list[str] = []
    refusal: str = ""
    slash_searches: bool = False

    _bound_to: str = ""

    @rx.event
    async def enter(self) -> None:
        """Learn who is signed in. Each signed-in page asks this first."""
        found = await run(me)
        self.person = found.name
        self.email = found.email
        self.workspace = found.workspace
        self.standing = found.standing
        self.permissions = list(found.permissions)
        self.slash_searches = found.slash_searches
        self.refusal = ""

    @rx.event
    def dismiss(self) -> None:
        """Put the last refusal away."""
        self.refusal = ""

    @rx.event
    async def refuse(self, sentence: str) -> None:
        """Show a refusal. Only the server sends this event; the edge drops it otherwise."""
        await begin_act(self)
        self.refusal = sentence


def may(permission: Permission) -> Any:
    """Whether to show what needs ``permission``.

    It only spares people a refusal: the gate and the command decide.
    """
    held: Any = FrameState.permissions
    return held.contains(permission.value)
