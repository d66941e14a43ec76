"""The round trip of an event over the page's socket, from sending to the first answer."""

from __future__ import annotations

from bench.tab import Tab
from bench.timing import Timings

_EVENTS = 100
_PAUSE_S = 0.05
_HYDRATE = "reflex___state____state.hydrate_and_load"


def measure(url: str) -> Timings:
    """Hydrate the sign-in page again and again, at the pace of a quick person."""
    timings = Timings("event, nobody signed in")
    with Tab(url) as tab:
        for _ in range(_EVENTS):
            with timings.one():
                tab.send(_HYDRATE, "/sign-in")
                tab.wait()
            tab.pause(_PAUSE_S)
    return timings
