"""Which parameters a request may have: read at run time from the SDK's own typed parameters.

So the simulated Stripe refuses exactly what the pinned version no longer knows, in the
words and with the codes that Stripe uses.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from types import NoneType, SimpleNamespace, UnionType
from typing import Any, Literal, NoReturn, Union, get_args, get_origin, get_type_hints

from stripe import RequestOptions
from typing_extensions import is_typeddict

from billing_app.simulated_stripe.refusals import Refusal, not_simulated

Params = dict[str, Any]

_WHOLE = re.compile(r"-?\d{1,18}")
_DECIMAL = re.compile(r"-?\d{1,18}(\.\d{1,12})?")
_LONGEST = 5_000
_LONGEST_METADATA = 500
_MOST_METADATA = 50
_RETIRED = "payment_method_types"


def check(given: Params, accepts: type, honours: frozenset[str]) -> Params:
    """The parameters with their types, or the refusal that Stripe would give."""
    _refuse_retired(given, accepts)
    read = _typed_dict(given, accepts, "")
    for path in _paths(read, ""):
        if not any(path == known or path.startswith(f"{known}.") for known in honours):
            raise not_simulated(_bracketed(path))
    return read


@cache
def fields(accepts: type) -> dict[str, Any]:
    """Each parameter and its type, without the options of the request itself."""
    own = {
        name: hint
        for name, hint in accepts.__annotations__.items()
        if name not in RequestOptions.__annotations__
    }
    names = vars(sys.modules[accepts.__module__])
    return get_type_hints(SimpleNamespace(__annotations__=own), globalns=names)


def _refuse_retired(given: Params, accepts: type) -> None:
    """On intents the parameter that most examples use has an error of its own."""
    intents = accepts.__name__.startswith(("PaymentIntent", "SetupIntent"))
    if intents and _RETIRED in given and _RETIRED not in fields(accepts):
        raise Refusal(
            f"The parameter {_RETIRED} is no longer supported in this API version. Use"
            " allowed_payment_method_types, excluded_payment_method_types or dynamic payment"
            " methods instead.",
            code=f"{_RETIRED}_no_longer_supported",
            param=_RETIRED,
        )


def _typed_dict(given: Params, accepts: type, param: str) -> Params:
    known = fields(accepts)
    for name in given:
        if name not in known:
            where = _inside(param, name)
            raise Refusal(
                f"Received unknown parameter: {where}", code="parameter_unknown", param=where
            )
    for name in sorted(accepts.__required_keys__ & known.keys()):  # type: ignore[attr-defined]
        if name not in given:
            where = _inside(param, name)
            raise Refusal(
                f"Missing required param: {where}.", code="parameter_missing", param=where
            )
    return {name: _value(value, known[name], _inside(param, name)) for name, value in given.items()}


def _value(given: Any, hint: Any, param: str) -> Any:
    choices = _choices(hint)
    literals = [word for choice in choices if _is_literal(choice) for word in get_args(choice)]
    if given == "":
        return given if "" in literals else _refuse_empty(param)
    words = [word for word in literals if word]
    plain = [choice for choice in choices if not _is_literal(choice)]
    if words:
        return _word(given, words, [choice for choice in plain if choice is not str], param)
    if isinstance(given, dict):
        plain = [choice for choice in plain if _takes_a_dict(choice)] or plain
    else:
        plain = [choice for choice in plain if not _takes_a_dict(choice)] or plain
    return _single(given, plain[0], param)


def _choices(hint: Any) -> list[Any]:
    if get_origin(hint) in (Union, UnionType):
        return [inner for choice in get_args(hint) for inner in _choices(choice)]
    return [] if hint is NoneType else [hint]


def _is_literal(choice: Any) -> bool:
    return get_origin(choice) is Literal


def _takes_a_dict(choice: Any) -> bool:
    return is_typeddict(choice) or get_origin(choice) in (list, dict) or _is_untyped(choice)


def _is_untyped(choice: Any) -> bool:
    return getattr(get_origin(choice), "__name__", "") == "UntypedStripeObject"


def _word(given: Any, words: list[str], others: list[Any], param: str) -> Any:
    """One of a closed list. The SDK writes ``| str`` beside it; Stripe does not mean it."""
    if given in words:
        return given
    if others:
        return _single(given, others[0], param)
    listed = f"{', '.join(words[:-1])}, or {words[-1]}" if len(words) > 1 else words[0]
    raise Refusal(f"Invalid {param}: must be one of {listed}", param=param)


def _single(given: Any, hint: Any, param: str) -> Any:
    if is_typeddict(hint):
        return _typed_dict(_dict(given, "object", param), hint, param)
    if get_origin(hint) is list:
        inner = get_args(hint)[0]
        values = _dict(given, "array", param)
        if not all(place.isdigit() for place in values):
            _refuse_kind("array", given, param)
        return [
            _value(values[place], inner, f"{param}[{place}]") for place in sorted(values, key=int)
        ]
    if get_origin(hint) is dict or _is_untyped(hint):
        return _labels(_dict(given, "object", param), param)
    if isinstance(given, dict):
        _refuse_kind("string", given, param)
    return _scalar(str(given), hint, param)


def _scalar(given: str, hint: Any, param: str) -> Any:
    if hint is int:
        if not _WHOLE.fullmatch(given):
            raise Refusal(
                f"Invalid integer: {given}", code="parameter_invalid_integer", param=param
            )
        return int(given)
    if hint is bool:
        if given not in {"true", "false"}:
            _refuse_kind("boolean", given, param)
        return given == "true"
    if hint is not str and not _DECIMAL.fullmatch(given):
        _refuse_kind("decimal", given, param)
    if len(given) > _LONGEST:
        raise Refusal(
            f"Invalid string: must be at most {_LONGEST} characters",
            code="parameter_invalid_string_too_long",
            param=param,
        )
    return given


def _labels(given: Params, param: str) -> dict[str, str]:
    """Metadata: few, short and flat."""
    if len(given) > _MOST_METADATA:
        raise Refusal(f"Metadata can have up to {_MOST_METADATA} keys.", param=param)
    for name, value in given.items():
        if isinstance(value, dict):
            _refuse_kind("string", value, _inside(param, name))
        if len(value) > _LONGEST_METADATA or len(name) > 40:
            raise Refusal(
                "Metadata values can have up to 500 characters, and their names up to 40.",
                param=_inside(param, name),
            )
    return {name: str(value) for name, value in given.items()}


def _dict(given: Any, kind: str, param: str) -> Params:
    if not isinstance(given, dict):
        _refuse_kind(kind, given, param)
    return {str(name): value for name, value in given.items()}


def _refuse_kind(kind: str, given: Any, param: str) -> NoReturn:
    raise Refusal(f"Invalid {kind}: {given}", param=param)


def _refuse_empty(param: str) -> NoReturn:
    raise Refusal(
        f"You passed an empty string for '{param}'. We assume empty values are an attempt to unset"
        f" a parameter; however '{param}' cannot be unset. You should remove '{param}' from your"
        " request or supply a non-empty value.",
        code="parameter_invalid_empty",
        param=param,
    )


def _inside(param: str, name: str) -> str:
    return f"{param}[{name}]" if param else name


def _bracketed(path: str) -> str:
    first, *rest = path.split(".")
    return first + "".join(f"[{name}]" for name in rest)


def _paths(value: Any, path: str) -> list[str]:
    """Where each value lies; positions in lists do not count."""
    if isinstance(value, dict) and value:
        return [
            found
            for name, inner in value.items()
            for found in _paths(inner, f"{path}.{name}" if path else name)
        ]
    if isinstance(value, list) and value:
        return [found for inner in value for found in _paths(inner, path)]
    return [path] if path else []
