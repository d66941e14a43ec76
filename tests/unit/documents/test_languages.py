"""Papers in longer words: nothing runs over, and nothing of ours is said in English.

Letters are tried in the same made-up language in ``test_letters.py``, and for the width of a phone
in ``tests/browser/test_letters.py``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from bench import papers as made_up
from billing_app.documents.letters import catalogue
from billing_app.documents.papers.composing import sheet_of
from billing_app.documents.papers.printing import Printers
from billing_app.documents.papers.wording import FOLDER
from billing_app.reads.paper import Charge, Paper, Position, Receipt, Side
from tests.printed import MISSING, Printed
from tests.pseudo import pseudo, stretched

_FILLED_IN = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
_ASIDE = 21 * 72 / 25.4
_AMOUNTS = {
    "amount", "booked_amount", "booked_left", "booked_total", "closing", "credit", "credited",
    "gross", "minor", "net", "opening", "refunded", "settled", "still_to_pay", "tax", "total",
    "unit_price",
}  # fmt: skip
_LONG_WORD = "RINDFLEISCHETIKETTIERUNGSÜBERWACHUNG"
_LONG_NAME = f"Gesellschaft für {_LONG_WORD} und Unterricht mbH"


def _invoice() -> Charge:
    """Every column, every sum, parts, and all that can stand below them."""
    paper = made_up.plan()
    first, *others = paper.lines
    position = Position(
        credited=50_00,
        settled=200_00,
        still_to_pay=paper.total - 250_00,
        pay_address="https://pay.example/pay/X",
    )
    lines = (replace(first, discount_bp=1_250, description=_LONG_WORD), *others)
    return replace(
        paper,
        lines=lines,
        position=position,
        reference=f"{_LONG_WORD} / 4711",
        prices_include_tax=True,
    )


def _receipt() -> Receipt:
    amount = {"amount": 500_00, "booked_amount": 500_00, "refunded": 40_00}
    return replace(made_up.receipt(), method="direct_debit", reference=_LONG_WORD, **amount)


PAPERS: dict[str, Paper] = {
    "invoice": _invoice(),
    "request": replace(made_up.request(), position=None),
    "credit note": made_up.credit_note(),
    "receipt": _receipt(),
    "statement": made_up.statement(40),
}


@pytest.fixture(scope="module")
def longer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one language, in which every word is longer."""
    return pseudo(FOLDER / "papers.pot", tmp_path_factory.mktemp("languages"))


@pytest.fixture(scope="module")
def printers() -> Iterator[Printers]:
    with closing(Printers(None, presses=1)) as own:
        yield own


def printed(printers: Printers, paper: Paper, folder: Path = FOLDER) -> Printed:
    return Printed(printers.pdf(json.dumps(sheet_of(paper, folder=folder))))


def read_in(paper: Paper, locale: str, *, is_letter: bool = False) -> Paper:
    """The paper from and to somebody with a long name, over amounts of millions."""
    head = replace(
        paper.head,
        locale=locale,
        is_letter=is_letter,
        issuer=replace(paper.head.issuer, name=_LONG_NAME, tax_id="DE 123 456 789"),
        recipient=Side(name=_LONG_NAME, address=paper.head.recipient.address, tax_id="X" * 30),
    )
    return replace(_larger(paper, 100_000), head=head)


def _larger(row: Any, times: int) -> Any:
    """The same with every amount so many times as large."""
    if isinstance(row, tuple):
        return tuple(_larger(each, times) for each in row)
    if not is_dataclass(row) or isinstance(row, type):
        return row
    said = {field.name: getattr(row, field.name) for field in fields(row)}
    return replace(
        row,
        **{
            name: value * times if name in _AMOUNTS else _larger(value, times)
            for name, value in said.items()
            if name in _AMOUNTS or isinstance(value, tuple) or is_dataclass(value)
        },
    )


@pytest.mark.parametrize("is_letter", [False, True], ids=["A4", "Letter"])
@pytest.mark.parametrize("language", ["longer", "de", "fr"])
@pytest.mark.parametrize("kind", PAPERS)
def test_no_paper_runs_over_its_margins_or_its_own_words(
    kind: str, language: str, is_letter: bool, printers: Printers, longer: Path
):
    is_made_up = language == "longer"
    paper = read_in(PAPERS[kind], "de" if is_made_up else language, is_letter=is_letter)

    page = printed(printers, paper, longer if is_made_up else FOLDER)

    assert page.size[0] == (612 if is_letter else 595)
    assert page.outside(aside=_ASIDE) == []
    assert page.overlaps() == []
    assert all(MISSING not in box.glyphs for box in page.boxes())


@pytest.mark.parametrize("kind", PAPERS)
def test_no_word_of_ours_on_a_paper_bypasses_its_catalogue(
    kind: str, printers: Printers, longer: Path
):
    paper = replace(PAPERS[kind], head=replace(PAPERS[kind].head, locale="de"))

    page = printed(printers, paper, longer)

    typed = {word for text in _texts(paper) for word in _words(text)}
    assert _words(page.text) - typed == set()


def test_no_glyph_is_missing_in_any_script(printers: Printers):
    paper = made_up.invoice(1)
    said = "Ελληνικά Счёт żółć שלום مرحبا"
    line = replace(paper.lines[0], description=said)

    boxes = printed(printers, replace(paper, lines=(line,))).boxes()

    assert all(MISSING not in box.glyphs for box in boxes)


@pytest.mark.parametrize("template", [FOLDER / "papers.pot", catalogue.FOLDER / "letters.pot"])
def test_the_made_up_language_is_two_fifths_longer_and_has_an_accent_everywhere(template: Path):
    with template.open("rb") as source:
        said = [message.id for message in read_po(source) if isinstance(message.id, str)]

    for sentence in filter(None, said):
        shown = _FILLED_IN.sub("", stretched(sentence))
        letters = sum(map(str.isalpha, _FILLED_IN.sub("", sentence)))
        assert sum(map(str.isalpha, shown)) >= 1.4 * letters
        assert not re.search("[A-Za-z]", shown)
        assert (shown[0], shown[-1]) == ("[", "]")


def _words(text: str) -> set[str]:
    """Words that have no accent, as none of the made-up language has."""
    return set(re.findall(r"[A-Za-z]*[a-z][A-Za-z]*", text))


def _texts(row: Any) -> Iterator[str]:
    """Every text that somebody typed into a paper, and no choice of ours."""
    if isinstance(row, str):
        yield row
    elif isinstance(row, tuple):
        for each in row:
            yield from _texts(each)
    elif is_dataclass(row):
        for field in fields(row):
            if field.name not in ("event", "method", "reason_code", "kind", "locale"):
                yield from _texts(getattr(row, field.name))
