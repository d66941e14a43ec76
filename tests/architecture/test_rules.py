"""Every rule about customers' money has a test that carries its number."""

from __future__ import annotations

from scripts.coverage import PAGE, page, proofs
from tests.rules import RULES


def test_each_rule_is_carried_by_a_test():
    assert sorted(RULES.keys() - proofs().keys()) == []


def test_the_page_names_them_as_they_are():
    assert PAGE.read_text() == page(), "write it anew: .venv/bin/python -m scripts.coverage"
