"""docs/ledger.md says what the recipes do, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from billing_app.ledger.accounts import CHART
from billing_app.ledger.events import EFFECTS, Effect, Event, events_with
from billing_app.ledger.transfers import Transfers
from tests.unit.ledger.worked import WORKED

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "ledger.md").read_text()
SERVICE_TESTS = ROOT / "tests" / "service"

_ROW = re.compile(r"^\| (\d{4})\b[^|]*\| (\d{4})\b[^|]*\| ([\d,]+)\.(\d\d) \|$", re.MULTILINE)
_SECTION = re.compile(r"^### (\w+)\. (.+?)$(.*?)(?=^##)", re.MULTILINE | re.DOTALL)

Leg = tuple[str, str, int]


def rows_told(page: str) -> dict[str, list[Leg]]:
    """The legs of each worked row, as the page tells them."""
    return {
        number: [
            (debit, credit, int(whole.replace(",", "") + cents))
            for debit, credit, whole, cents in _ROW.findall(body)
        ]
        for number, _, body in _SECTION.findall(page)
    }


def legs_of(transfers: Transfers) -> list[Leg]:
    return [(str(t.debit.code), str(t.credit.code), t.amount.minor) for t in transfers]


def test_every_worked_row_is_on_the_page_leg_by_leg():
    assert rows_told(PAGE) == {number: legs_of(made) for number, made in WORKED.items()}


def test_a_changed_amount_on_the_page_would_be_noticed():
    changed = PAGE.replace("| 2000 the lot | 1100 the invoice | 300.00 |", "")

    assert rows_told(changed) != rows_told(PAGE)


def test_each_golden_case_names_a_test_that_is_there():
    told = dict(re.findall(r"^\| (G\d+) \|.*\| `(test_\w+)` \|$", PAGE, re.MULTILINE))
    written = "".join(page.read_text() for page in SERVICE_TESTS.glob("test_*.py"))

    assert [*told] == ["G3", "G4", "G9", "G10", "G14"]
    assert [name for name in told.values() if f"def {name}(" not in written] == []


def test_the_page_names_every_event_and_no_other():
    told = re.findall(r"[Ee]vent `(\w+)`", PAGE)

    assert set(told) == set(Event)


def test_the_page_tells_the_chart_of_accounts():
    told = re.findall(r"^\| (\d{4}) \| (.+?) \| (\w+) \| (.*?) ?\|$", PAGE, re.MULTILINE)

    assert told == [
        (
            str(code),
            chapter.name,
            str(chapter.kind),
            ", ".join(word for word in ("party", "item") if getattr(chapter, word)),
        )
        for code, chapter in CHART.items()
    ]


def test_the_page_tells_the_effect_of_each_event():
    told = dict(re.findall(r"^\| ([a-z ]+) \| (`.+`) \|$", PAGE, re.MULTILINE))

    assert {effect: re.findall(r"\w+", events) for effect, events in told.items()} == {
        str(effect): [str(event) for event in events_with(effect)] for effect in Effect
    }
    assert EFFECTS
