"""Moods: how the simulated Stripe misbehaves when it is asked to.

A mood stands for so many times, set at the panel, or rides with one request in its
metadata: ``simulate = lost_answer`` or ``simulate = slow:3, duplicated:2``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from billing_app.simulated_stripe.desk import Desk

LABEL = "simulate"
FOREVER = -1

ABOUT_ANSWERS = {
    "lost_answer": "It is done, and the answer never arrives.",
    "unreached": "The connection breaks before anything is done.",
    "slow": "It is done; the answer takes so many seconds.",
    "slow_before": "It waits so many seconds, then is done.",
    "rate_limited": "429 with Retry-After; nothing is done.",
    "failing": "500; nothing is done, and the key keeps that answer.",
    "failing_after": "It is done, then 500; the key keeps that answer.",
    "in_use": "409, as if the same key were being worked on.",
    "used_before": "400, as if the key had been used for another request.",
    "broken": "It is done; the answer is no JSON.",
}
ABOUT_WEBHOOKS = {
    "duplicated": "Each event is sent so many times.",
    "shuffled": "Events come in any order within so many seconds.",
    "late": "Events come so many seconds late.",
    "missing": "Events are never sent.",
    "mis_signed": "Events are signed with another secret.",
    "stale": "Events are signed with a time ten minutes ago.",
    "other_mode": "Events claim to be live.",
}
ABOUT_MONEY = {
    "refund_fails": "A refund succeeds and fails a day later.",
    "card_fails": "A card is declined, saved or not.",
    "debit_fails": "A debit ends in failure.",
    "debit_taken_back": "A debit settles and is taken back a week later.",
    "dispute": "A payment is disputed as soon as it has succeeded.",
}
EVERY = ABOUT_ANSWERS | ABOUT_WEBHOOKS | ABOUT_MONEY

_RIDING = re.compile(r"([a-z_]+)(?::(\d{1,6}))?")


@dataclass(frozen=True)
class Mood:
    """A mood that stands."""

    seq: int
    name: str
    about: str
    value: int
    times: int


def set_mood(desk: Desk, name: str, *, about: str = "", value: int = 0, times: int = 1) -> None:
    """Have it misbehave in this way, so many times.

    ``about`` narrows it to requests such as ``POST /v1/refunds*``, or to types of events
    such as ``charge.*``. Nothing stands for everything that changes something.
    """
    desk.connection.execute(
        "INSERT INTO moods (name, about, value, times) VALUES (?, ?, ?, ?)",
        (name, about, value, times),
    )


def standing(desk: Desk) -> list[Mood]:
    """The moods that have not passed."""
    rows = desk.connection.execute("SELECT seq, name, about, value, times FROM moods ORDER BY seq")
    return [Mood(**dict(row)) for row in rows]


def calm(desk: Desk) -> None:
    """Have all moods pass."""
    desk.connection.execute("DELETE FROM moods")


def taken(
    desk: Desk,
    names: Iterable[str],
    about: str,
    metadata: Mapping[str, Any] | None = None,
    *,
    usually: str = "*",
) -> dict[str, int]:
    """The moods of these that hold now, with their values; each is used up by one.

    ``usually`` is what a mood is about that was not narrowed.
    """
    wanted = set(names)
    found = {name: value for name, value in riding(metadata).items() if name in wanted}
    for mood in standing(desk):
        if mood.name in wanted - found.keys() and fnmatchcase(about, mood.about or usually):
            found[mood.name] = mood.value
            _use_up(desk, mood)
    return found


def riding(metadata: Mapping[str, Any] | None) -> dict[str, int]:
    """The moods that a request or an object carries in its metadata."""
    said = str(metadata.get(LABEL, "")) if isinstance(metadata, Mapping) else ""
    return {name: int(value or 0) for name, value in _RIDING.findall(said) if name in EVERY}


def _use_up(desk: Desk, mood: Mood) -> None:
    if mood.times == FOREVER:
        return
    if mood.times > 1:
        desk.connection.execute("UPDATE moods SET times = times - 1 WHERE seq = ?", (mood.seq,))
    else:
        desk.connection.execute("DELETE FROM moods WHERE seq = ?", (mood.seq,))
