"""Where the page of each thing is, by how its id begins."""

from __future__ import annotations

_ROOMS = {
    "inv": "invoices",
    "crq": "requests",
    "pay": "payments",
    "cus": "customers",
    "par": "partners",
}


def room_of(thing_id: str) -> str:
    """The address of its page; nothing for what has none."""
    room = _ROOMS.get(thing_id.partition("_")[0], "")
    return f"/admin/{room}/{thing_id}" if room else ""
