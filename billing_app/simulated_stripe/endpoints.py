"""Webhook endpoints: who wants to hear of what, and the secret that they share with us."""

from __future__ import annotations

from urllib.parse import urlsplit

from billing_app.simulated_stripe.desk import API_VERSION, Asked, Desk, Obj
from billing_app.simulated_stripe.metadata import merge_metadata
from billing_app.simulated_stripe.refusals import Refusal

CONFIGURED = "we_configured"
_NEAR = {"127.0.0.1", "localhost", "::1"}


def configure(desk: Desk, url: str, secret: str) -> None:
    """Keep the endpoint of the settings as they are now; without a secret there is none."""
    found = desk.any(CONFIGURED) or desk.add(_new(desk, CONFIGURED, url, ["*"], secret))
    found |= {"url": url, "_secret": secret, "status": "enabled" if secret else "disabled"}


def create_endpoint(desk: Desk, asked: Asked) -> Obj:
    """An endpoint. Its secret is shown this once."""
    given = asked.params
    _refuse_far(given["url"])
    version = given.get("api_version", API_VERSION)
    if version != API_VERSION:
        raise Refusal(f"Invalid API version: {version}", param="api_version")
    shown_id = desk.fresh("we")
    secret = desk.fresh("whsec", 32)
    endpoint = desk.add(_new(desk, shown_id, given["url"], given["enabled_events"], secret))
    endpoint["description"] = given.get("description") or None
    merge_metadata(endpoint, given)
    return endpoint | {"secret": secret}


def update_endpoint(desk: Desk, asked: Asked) -> Obj:
    """Change where, what or whether."""
    endpoint, given = desk.get("webhook_endpoint", asked.id), asked.params
    if "url" in given:
        _refuse_far(given["url"])
    if "disabled" in given:
        endpoint["status"] = "disabled" if given["disabled"] else "enabled"
    for name in ("url", "enabled_events", "description"):
        endpoint[name] = given.get(name, endpoint[name])
    merge_metadata(endpoint, given)
    return endpoint


def delete_endpoint(desk: Desk, asked: Asked) -> Obj:
    """Stop telling them."""
    endpoint = desk.get("webhook_endpoint", asked.id)
    endpoint["deleted"] = True
    return endpoint


def _new(desk: Desk, shown_id: str, url: str, events: list[str], secret: str) -> Obj:
    return {
        "id": shown_id,
        "object": "webhook_endpoint",
        "api_version": API_VERSION,
        "created": desk.now,
        "description": None,
        "enabled_events": events,
        "livemode": False,
        "metadata": {},
        "status": "enabled",
        "url": url,
        "_secret": secret,
    }


def _refuse_far(url: str) -> None:
    """What is simulated stays on this machine."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in _NEAR:
        raise Refusal(
            "The simulated Stripe sends its events to this machine only, over http.", param="url"
        )
