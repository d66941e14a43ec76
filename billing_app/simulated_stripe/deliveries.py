"""Bringing events to those who asked for them: signed, one after the other, again and again.

Whoever calls this is the runner; there is no thread here. Deliveries that one process has
in hand are left alone by the others for a while.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from billing_app.simulated_stripe.desk import Desk, Obj, Place
from billing_app.simulated_stripe.shape import shown
from billing_app.simulated_stripe.store import Store

_AT_ONCE = 20
_HELD_S = 60
_TIMEOUT_S = 10
_STALE_S = 600
# After the first try: soon, then ever later, for three days in all.
_RESTS_S = (5, 60, 600, 3_600, 21_600, 86_400, 144_000)
_OTHER_SECRET = "whsec_of_somebody_else"


@dataclass(frozen=True)
class _Parcel:
    """An event on its way."""

    seq: int
    event: str
    tries: int
    url: str
    payload: str
    signature: str


def deliver_due(store: Store, now: int) -> int:
    """Bring what is due, and say how much that was."""
    parcels = _take(store, now)
    for parcel in parcels:
        _note(store, parcel, arrived=_post(parcel), now=now)
    return len(parcels)


def _take(store: Store, now: int) -> list[_Parcel]:
    free = "outcome = '' AND due_at <= ? AND held_until <= ?"
    with store.reading() as connection:
        asked = f"SELECT 1 FROM deliveries WHERE {free} LIMIT 1"
        if connection.execute(asked, (now + 1, time.time())).fetchone() is None:
            return []
    with store.writing() as connection:
        rows = connection.execute(
            f"SELECT * FROM deliveries WHERE {free} ORDER BY due_at, seq LIMIT ?",
            (now + 1, time.time(), _AT_ONCE),
        ).fetchall()
        desk = Desk(connection, Place(""), now)
        for row in rows:
            connection.execute(
                "UPDATE deliveries SET held_until = ?, tries = tries + 1 WHERE seq = ?",
                (time.time() + _HELD_S, row["seq"]),
            )
        return [
            _packed(row["seq"], row["tries"] + 1, row["manner"], event, endpoint)
            for row in rows
            if (event := desk.any(row["event"])) and (endpoint := desk.any(row["endpoint"]))
        ]


def _packed(seq: int, tries: int, manner: str, event: Obj, endpoint: Obj) -> _Parcel:
    sent = shown(event)
    if manner == "other_mode":
        inner = sent["data"]["object"] | {"livemode": True}
        sent |= {"livemode": True, "data": {"object": inner}}
    payload = json.dumps(sent, indent=2)
    # The receiver compares with the machine's own time, whatever our clock says.
    moment = int(time.time()) - (_STALE_S if manner == "stale" else 0)
    secret = _OTHER_SECRET if manner == "mis_signed" else endpoint["_secret"]
    signature = signed(payload, secret, moment)
    return _Parcel(seq, event["id"], tries, endpoint["url"], payload, signature)


def signed(payload: str, secret: str, moment: int) -> str:
    """The header by which the receiver knows that it comes from us, and when."""
    found = hmac.new(secret.encode(), f"{moment}.{payload}".encode(), hashlib.sha256).hexdigest()
    return f"t={moment},v1={found}"


def _post(parcel: _Parcel) -> bool:
    parts = urlsplit(parcel.url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_S)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": parcel.signature,
        "User-Agent": "Stripe/1.0 (simulated)",
    }
    try:
        connection.request("POST", parts.path or "/", parcel.payload.encode(), headers)
        return 200 <= connection.getresponse().status < 300
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _note(store: Store, parcel: _Parcel, *, arrived: bool, now: int) -> None:
    with store.writing() as connection:
        if arrived:
            outcome, due_at = "delivered", now
            desk = Desk(connection, Place(""), now)
            event = desk.get("event", parcel.event)
            event["pending_webhooks"] = max(0, event["pending_webhooks"] - 1)
            desk.flush()
        elif parcel.tries > len(_RESTS_S):
            outcome, due_at = "given_up", now
        else:
            outcome, due_at = "", now + _RESTS_S[parcel.tries - 1]
        connection.execute(
            "UPDATE deliveries SET outcome = ?, due_at = ?, held_until = 0 WHERE seq = ?",
            (outcome, due_at, parcel.seq),
        )
