"""Lists: newest first, page by page, narrowed by the filters that Stripe has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from billing_app.simulated_stripe.desk import Asked, Desk, Obj, Params
from billing_app.simulated_stripe.refusals import Refusal, missing
from billing_app.simulated_stripe.shape import listed

PAGING = frozenset({"limit", "starting_after", "ending_before", "expand"})
_MOST = 100
_USUAL = 10
_COMPARED = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def lister(kind: str, url: str, *filters: str) -> Callable[[Desk, Asked], Obj]:
    """The answer to a list of one kind, filtered by fields that are equal."""

    def answer(desk: Desk, asked: Asked) -> Obj:
        where = {name: asked.params[name] for name in filters if name in asked.params}
        return page(desk, kind, url, asked.params, where)

    return answer


def page(desk: Desk, kind: str, url: str, params: Params, where: dict[str, Any]) -> Obj:
    """One page of what is such."""
    condition = "".join(f" AND json_extract(body, '$.{name}') = ?" for name in where)
    values = list(where.values())
    for sign, moment in moments(params.get("created")):
        condition += f" AND created {sign} ?"
        values.append(moment)
    return rows(desk, kind, url, params, condition, values)


def rows(desk: Desk, kind: str, url: str, params: Params, condition: str, values: list[Any]) -> Obj:
    """One page of what fulfils a condition."""
    limit = params.get("limit", _USUAL)
    if not 1 <= limit <= _MOST:
        raise Refusal(
            f"This value must be {'greater' if limit < 1 else 'less'} than or equal to"
            f" {1 if limit < 1 else _MOST}.",
            code="parameter_invalid_integer",
            param="limit",
        )
    backwards = "ending_before" in params
    for name, sign in (("starting_after", "<"), ("ending_before", ">")):
        if name in params:
            condition += f" AND seq {sign} ?"
            values = [*values, _cursor(desk, kind, params[name], name)]
    order = "ORDER BY seq" + ("" if backwards else " DESC")
    there = "AND json_extract(body, '$.deleted') IS NULL"
    found = desk.page(kind, f"{there}{condition} {order}", values, limit + 1)
    data = found[:limit]
    return listed(url, data[::-1] if backwards else data, more=len(found) > limit)


def _cursor(desk: Desk, kind: str, shown: str, param: str) -> int:
    place = desk.place_of(shown)
    if place is None:
        raise missing(kind, shown, param, 400)
    return place


def moments(asked: Any) -> list[tuple[str, int]]:
    """What ``created`` compares with, and how."""
    if asked is None:
        return []
    if isinstance(asked, int):
        return [("=", asked)]
    return [(_COMPARED[name], moment) for name, moment in asked.items()]
