"""Numbers of documents in what people and their banks write on transfers."""

from __future__ import annotations

import pytest

from billing_app.kernel.references import numbers_in

PREFIXES = ("INV-", "CR-", "INV-12AB-")


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("INV-00012", ["INV-00012"]),
        ("inv 12, thanks", ["INV-00012"]),
        ("PAYMENT INV00012INV00013", ["INV-00012", "INV-00013"]),
        ("CR-00003 / INV-00012 / cr 3", ["CR-00003", "INV-00012"]),
        ("Invoice INV-12AB-00007", ["INV-12AB-00007"]),
        ("INV-123456", ["INV-123456"]),
        ("INV.-00012", ["INV-00012"]),
        ("00012", []),
        ("XINV-00012", []),
        ("INV-", []),
        ("INV-1234567890123", []),
        ("", []),
    ],
)
def test_a_number_is_found_however_it_was_squeezed_and_nothing_is_guessed(
    written: str, named: list[str]
):
    assert numbers_in(written, PREFIXES) == named


def test_a_prefix_without_letters_or_digits_names_nothing():
    assert numbers_in("- 12", ("-", "")) == []
