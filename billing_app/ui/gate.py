"""The gate that every event passes, whatever brought it.

It may have come over a socket, inside the packet that opened one, or from another event.
Denied is the default. A rule must name the handler, the arguments must have their
types, and the session behind the cookie must be alive, of the right audience and
allowed to. What a tab's state holds belongs to the session that filled it: when the
session behind the tab is another one, or none, the state is emptied first.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import reflex as rx
from reflex.istate.data import RouterData
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate
from reflex_base.event import Event

from billing_app.access.actors import Member
from billing_app.access.guard import is_permitted, needs_step_up
from billing_app.access.installation import act_as, at_the_door
from billing_app.access.sessions import find_session, note_use
from billing_app.kernel.errors import Busy, NotAllowed
from billing_app.kernel.session_header import read_header
from billing_app.kernel.tongue import speak
from billing_app.ui import arguments, policy
from billing_app.ui.state import FrameState
from billing_app.ui.words import WordsState, preferred

log = logging.getLogger("quittance.gate")


class Gate(Middleware):
    """Lets an event through to its handler, or answers in its place."""

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> StateUpdate | None:
        """None lets the event pass; an update is sent to the browser instead."""
        act_as(None)
        rule = policy.rule_for(event.name)
        if rule is not None and not rule.by_browser:
            return _inner(event)
        root = state._get_root_state()
        token_hash = _token_hash(root.router)
        actor = await _actor(token_hash) if token_hash else None
        await _bind(root, token_hash if actor else "")
        await _speak(root)

        handler = policy.registered()[event.name]
        if rule is None or not arguments.fit(handler.handler, event.payload):
            return _refuse(event, "no rule" if rule is None else "arguments")
        if rule.audience:
            if actor is None:
                return await _lead_out(root, "?said=over" if token_hash else "")
            if actor.audience not in rule.audience:
                return _refuse(event, f"wrong audience: {actor.audience}")
            if not is_permitted(actor, rule.permission):
                _refuse(event, "not permitted")
                return _tell(str(NotAllowed()))
            if rule.acts and needs_step_up(actor, rule.permission):
                return _ask_again(root)
        act_as(actor)
        return None


def _inner(event: Event) -> StateUpdate | None:
    """Pass an event that another event led to; refuse it from outside.

    Only what came over a socket brings router data of its own. Nothing is looked up here,
    because one of these events says that nothing can be looked up.
    """
    return _refuse(event, "not for browsers") if event.router_data else None


async def _actor(token_hash: str) -> Member | None:
    """Whoever the cookie stands for at this moment, asked anew for each event."""
    found = await at_the_door(lambda work: find_session(work, token_hash))
    if found is None:
        return None
    if found.note_use:
        noting = asyncio.create_task(_note_use(token_hash))
        _noting.add(noting)
        noting.add_done_callback(_noting.discard)
    return found.actor


# Tasks that nobody holds may vanish before they are done.
_noting: set[asyncio.Task[None]] = set()


async def _note_use(token_hash: str) -> None:
    """Note the use beside the event: it needs the right to write, the event may not."""
    with suppress(Busy):
        await at_the_door(lambda work: note_use(work, token_hash))


async def _bind(root: BaseState, token_hash: str) -> None:
    """Empty the tab's state unless this very session filled it."""
    frame = await root.get_state(FrameState)
    if frame._bound_to != token_hash:
        root.reset()
        frame._bound_to = token_hash


async def _speak(root: BaseState) -> None:
    """Speak the language in which the tab has its words: before it has any, the browser's."""
    words = await root.get_state(WordsState)
    speak(words._spoken or preferred(root.router))


async def _lead_out(root: BaseState, said: str) -> StateUpdate:
    """Clear the screen of what an ended session showed, and offer the way in.

    Whoever had a session is told that it is over; whoever had none is told nothing.
    """
    delta = await root._get_resolved_delta()
    root._clean()
    return StateUpdate(delta=delta, events=Event.from_event_type(rx.redirect(f"/sign-in{said}")))


def _ask_again(root: BaseState) -> StateUpdate:
    """Lead to where the password is given again, and from there back to this page."""
    here = quote(root.router.url.path, safe="/")
    return StateUpdate(events=Event.from_event_type(rx.redirect(f"/step-up?next={here}")))


def _tell(sentence: str) -> StateUpdate:
    return StateUpdate(events=Event.from_event_type(FrameState.refuse(sentence)))


def _refuse(event: Event, reason: str) -> StateUpdate:
    log.warning("event refused", extra={"fields": {"event": event.name, "reason": reason}})
    return StateUpdate()


def _token_hash(router: RouterData) -> str:
    """The hash of the session's token, as the edge left it in place of the cookie."""
    headers: Any = router.headers.raw_headers
    return read_header(headers.get("authorization", "")) or ""
