"""The Australian Business Number, whose digits check themselves."""

from __future__ import annotations

import re

from billing_app.kernel.errors import Invalid

_WEIGHTS = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)
_MODULUS = 89


def read_abn(typed: str, *, field: str = "abn") -> str:
    """The eleven digits of an ABN, or nothing where nothing was typed.

    The first digit counts one less; then the weighted sum of a true number is a multiple of
    89, so that one wrong digit never goes unnoticed.
    """
    digits = "".join(typed.split())
    if not digits:
        return ""
    if not re.fullmatch(r"[0-9]{11}", digits) or not _adds_up(digits):
        raise Invalid(
            "An ABN has eleven digits that check themselves. Please compare it again.",
            field=field,
        )
    return digits


def show_abn(digits: str) -> str:
    """An ABN as it is written: 51 824 753 556."""
    return " ".join(filter(None, (digits[:2], digits[2:5], digits[5:8], digits[8:])))


def _adds_up(digits: str) -> bool:
    weighted = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return (weighted - _WEIGHTS[0]) % _MODULUS == 0
