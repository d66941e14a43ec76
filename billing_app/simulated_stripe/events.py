"""News: each change becomes an event, and a delivery to everybody who asked for its type."""

from __future__ import annotations

import random
from typing import Any

from billing_app.simulated_stripe import moods
from billing_app.simulated_stripe.desk import API_VERSION, Asked, Desk, Obj
from billing_app.simulated_stripe.lists import moments, rows
from billing_app.simulated_stripe.refusals import Refusal
from billing_app.simulated_stripe.shape import shown

_MOST_TYPES = 20


def tell(desk: Desk, type_: str, obj: Obj) -> Obj:
    """Let everybody know, with the object as it is at this moment."""
    event = desk.add(
        {
            "id": desk.fresh("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": desk.now,
            "data": {"object": shown(obj)},
            "livemode": False,
            "pending_webhooks": 0,
            "request": {"id": desk.place.request_id, "idempotency_key": desk.place.key},
            "type": type_,
        }
    )
    endpoints = [found for found in desk.all("webhook_endpoint") if _wants(found, type_)]
    if endpoints:
        manner = moods.taken(desk, moods.ABOUT_WEBHOOKS, type_, obj.get("metadata"))
        for endpoint in endpoints:
            _send_later(desk, event, endpoint, manner)
    return event


def list_events(desk: Desk, asked: Asked) -> Obj:
    """Events, newest first."""
    params = asked.params
    if len(params.get("types", [])) > _MOST_TYPES:
        raise Refusal(f"You can filter by at most {_MOST_TYPES} types.", param="types")
    types = params.get("types") or [params[name] for name in ("type",) if name in params]
    condition = ""
    values: list[Any] = []
    if types:
        condition += " AND (" + " OR ".join("json_extract(body, '$.type') GLOB ?" for _ in types)
        condition += ")"
        values += types
    for sign, moment in moments(params.get("created")):
        condition += f" AND created {sign} ?"
        values.append(moment)
    if "delivery_success" in params:
        condition += f" AND id {'NOT' if params['delivery_success'] else ''} IN (SELECT event"
        condition += " FROM deliveries WHERE outcome <> 'delivered')"
    return rows(desk, "event", "/v1/events", params, condition, values)


def _wants(endpoint: Obj, type_: str) -> bool:
    wanted = endpoint["enabled_events"]
    enabled = endpoint["status"] == "enabled" and not endpoint.get("deleted")
    return enabled and ("*" in wanted or type_ in wanted)


def _send_later(desk: Desk, event: Obj, endpoint: Obj, manner: dict[str, int]) -> None:
    outcome = "missing" if "missing" in manner else ""
    signed = next((how for how in ("mis_signed", "stale", "other_mode") if how in manner), "")
    for _ in range(max(1, manner.get("duplicated", 1))):
        due_at = desk.now + manner.get("late", 0) + random.random() * manner.get("shuffled", 0)
        desk.connection.execute(
            "INSERT INTO deliveries (event, endpoint, manner, due_at, outcome)"
            " VALUES (?, ?, ?, ?, ?)",
            (event["id"], endpoint["id"], signed, due_at, outcome),
        )
    event["pending_webhooks"] += 1
