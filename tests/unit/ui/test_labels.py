"""The labels that people were promised are on the screens, letter by letter."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import billing_app
from tests.rules import rule

_ROOT = Path(billing_app.__file__).parent

PROMISED = (
    "Automatically mark Invoices paid",
    "Bank Transfer",
    "Billing",
    "Card",
    "Charge",
    "Client Login",
    "Create",
    "Direct Debit",
    "External",
    "General Accounting Settings",
    "Invoice balance",
    "Invoices",
    "Issue and charge",
    "Offline",
    "Online",
    "Pay From Credit",
    "Pay Now",
    "Payments",
    "Refund",
    "Still to pay",
    "Unpaid Invoices & Credit Requests",
)


@pytest.fixture(scope="module")
def said() -> set[str]:
    """Every text that screens, and the reads behind them, hold as a whole."""
    return {
        node.value
        for folder in ("ui", "reads")
        for path in (_ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@rule(111)
@pytest.mark.parametrize("label", PROMISED)
def test_a_promised_label_is_there_as_it_was_promised(said: set[str], label: str):
    assert label in said
