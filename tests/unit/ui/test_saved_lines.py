"""Saved ways of paying, as lists show them."""

from __future__ import annotations

from datetime import date

import pytest

from billing_app.kernel.tongue import speak
from billing_app.reads.saved_methods import SavedMethodView
from billing_app.ui.admin.methods import saved_lines


@pytest.mark.parametrize(
    ("kind", "until", "spent", "in_german"),
    [
        ("card", "11/2026", "Expired", "Abgelaufen"),
        ("direct_debit", "–", "Ended by its bank", "Von der Bank beendet"),
    ],
)
def test_a_card_expires_and_an_account_is_ended_by_its_bank(
    kind: str, until: str, spent: str, in_german: str
):
    past = SavedMethodView(
        id="pmt_1",
        kind=kind,
        words="•••• 3456",
        is_usual=True,
        expires_on=date(2026, 11, 20),
        has_expired=True,
    )

    [line] = saved_lines([past])
    speak("de")
    [translated] = saved_lines([past])
    speak("en")

    assert (line.until, line.spent, translated.spent) == (until, spent, in_german)
