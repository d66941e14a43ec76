"""Metadata: what the caller hangs on an object, which comes back with it."""

from __future__ import annotations

from billing_app.simulated_stripe.desk import Obj, Params


def merge_metadata(obj: Obj, params: Params) -> None:
    """Metadata is merged; an empty value takes a key away, an empty text takes all."""
    if "metadata" in params:
        given = params["metadata"] or {}
        kept = {} if params["metadata"] == "" else obj.get("metadata") or {}
        obj["metadata"] = {key: value for key, value in (kept | given).items() if value != ""}
