"""Everybody who could try: nobody, each audience twice, each role, and the departed."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import select

from billing_app.access.actors import DoorActor
from billing_app.access.guard import door_command, door_read
from billing_app.access.installation import work_now
from billing_app.access.work import Work
from billing_app.kernel.audience import Audience
from billing_app.kernel.clock import clock
from billing_app.kernel.session_header import hashed
from billing_app.models.people import WebSession
from billing_app.services import granting
from tests.servers import Site
from tests.wire import Tab

WHO = {
    "nobody": None,
    "ada": "owner",
    "grace": "bookkeeper",
    "vic": "viewer",
    "otto": "owner",
    "cleo": Audience.CUSTOMER,
    "carl": Audience.CUSTOMER,
    "pat": Audience.PARTNER,
    "quinn": Audience.PARTNER,
    "revoked": None,
    "expired": None,
    "forged": None,
}


_departed: dict[tuple[str, str], str] = {}


def cookie_of(site: Site, who: str) -> str:
    """The cookie that ``who`` would send; whoever departed did so once on each site."""
    if who == "nobody":
        return ""
    if who == "forged":
        return "A" * 43
    if who in ("revoked", "expired"):
        if (site.base, who) not in _departed:
            depart = _revoked if who == "revoked" else _expired
            _departed[site.base, who] = depart(site)
        return _departed[site.base, who]
    return str(getattr(site.world, who).token)


def _revoked(site: Site) -> str:
    world = site.world
    leaving = world.contact(world.ada, world.marsh, "leaving", Audience.CUSTOMER)
    world.ada.does(lambda work: granting.revoke_access(work, leaving.contact_id))
    return leaving.token


def _expired(site: Site) -> str:
    world = site.world
    idle = world.contact(world.ada, world.northside, "idle", Audience.PARTNER)
    age(site, idle.token, timedelta(hours=13))
    return idle.token


@door_command
def _let_pass(work: Work[DoorActor], token_hash: str, by: timedelta) -> None:
    session = work.exec(select(WebSession).where(WebSession.token_hash == token_hash)).one()
    session.seen_at -= by
    session.created_at -= by
    if session.stepped_up_at:
        session.stepped_up_at -= by


def age(site: Site, token: str, by: timedelta) -> None:
    """Make a session as old as if ``by`` had passed since it was opened and used."""
    work_now(DoorActor(), site.database, lambda work: _let_pass(work, hashed(token), by))


@door_read
def _last_used(work: Work[DoorActor], token_hash: str) -> datetime:
    return work.exec(select(WebSession.seen_at).where(WebSession.token_hash == token_hash)).one()


def was_used_just_now(site: Site, token: str) -> bool:
    """Whether the use of a session has been noted within the last minute."""
    seen = work_now(DoorActor(), site.database, lambda work: _last_used(work, hashed(token)))
    return clock.now() - seen < timedelta(minutes=1)


_ADAS_TABS = 6
_tabs: dict[tuple[str, str], deque[Tab]] = {}


def tab_of(site: Site, who: str) -> Tab:
    """A tab of that person, on a machine of theirs, hydrated on a page for everyone.

    Ada has several, because a socket may only say so much in a second; so may a machine.
    """
    tabs = _tabs.setdefault((site.base, who), deque())
    if len(tabs) < (_ADAS_TABS if who == "ada" else 1):
        machine = f"127.9.0.{1 + list(WHO).index(who)}"
        tabs.append(site.tab(cookie_of(site, who), source=machine))
        tabs[-1].settle()
        return tabs[-1]
    tabs.rotate()
    return tabs[0]


Sent = tuple[str, Any]


def answered(site: Site, events: Mapping[str, Sent]) -> list[str]:
    """Which of these events of Ada's led to any answer; one by one only if any did.

    Her tabs are shared, and on a slow machine one may still hear the end of what was asked
    there before. So what looks like an answer is asked for again where nothing was before.
    """
    all_at_once, number = list(events.values()), min(_ADAS_TABS, len(events))
    if _leads_to_nothing([tab_of(site, "ada") for _ in range(number)], all_at_once):
        return []
    with ExitStack() as opened:
        cookie = cookie_of(site, "ada")
        fresh = [opened.enter_context(closing(site.tab(cookie))) for _ in range(number)]
        for tab in fresh:
            tab.settle()
        if _leads_to_nothing(fresh, all_at_once):
            return []
        each = [what for what, sent in events.items() if not _leads_to_nothing(fresh[:1], [sent])]
    return each or ["all of them together"]


def _leads_to_nothing(tabs: Sequence[Tab], events: Sequence[Sent]) -> bool:
    for place, (name, payload) in enumerate(events):
        tabs[place % len(tabs)].send(name, payload)
    said = [tab.settle() for tab in tabs]
    return not any(said)
