"""What people read on pages: each word can be said in each language, and is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextvars import copy_context
from datetime import date
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from billing_app.documents.letters.catalogue import FOLDER as LETTERS
from billing_app.documents.papers.wording import FOLDER as PAPERS
from billing_app.kernel.tongue import FOLDER, speak, tell, tell_day, tell_many
from billing_app.ui.words import preferred

ROOT = Path(__file__).parents[3]
UI = ROOT / "billing_app" / "ui"
READ_BY_CUSTOMERS = sorted(
    [
        *(path for folder in ("pay", "customer", "partner") for path in UI.glob(f"{folder}/*.py")),
        *(path for path in UI.glob("components/*.py") if path.stem not in ("charts", "copying")),
        *(
            UI / f"{page}.py"
            for page in (
                *("choose", "forgot", "frames", "landing", "layout", "pages", "profile"),
                *("refusals", "said", "sign_in", "signed_out"),
            )
        ),
    ]
)
# Of admins alone, whose screens are in English; names; and what nobody reads.
NOT_TRANSLATED = {
    *("_keyboard", "let_slash", "list_search", "order_choice", "filters", "note_browser_error"),
    *("Audience.ADMIN", "logo-kept", "logo-off", "logo-none", "logo-large", "logo-odd"),
    *("being paid", "taken back", "_classes", "_set_mode"),
    *("Quittance", " · Quittance", "Not found · Quittance", "Mailbox", "Keyboard", "As issued"),
    *("python -m billing_app create-admin", "event failed"),
}
_SAYING = {"say", "phrase", "tell", "tell_many", "marked"}
_SILENT = {
    *("action", "audience", "auto_complete", "class_name", "content", "custom_attrs", "d", "gap"),
    *("href", "html_for", "icon", "icon_name", "id", "key", "kind", "name", "rel", "role"),
    *("scope", "sizes", "tone", "type", "value", "view_box", "width"),
}
_PLACES = re.compile(r"%\(\w+\)[sd]")


def _is_words(text: str) -> bool:
    shown = text.strip()
    is_said = bool(re.search("[A-Za-z]{2}", shown)) and (shown[0].isupper() or " " in shown)
    return is_said and not re.search(r"=>|\{\n|^[/#.]|^\w+__|const \{|^[Mm][\d.]+ ", shown)


def _called(call: ast.Call) -> str:
    return getattr(call.func, "id", "") or getattr(call.func, "attr", "")


def _unsaid(node: ast.AST) -> Iterator[str]:
    """The words under a node that no language could say."""
    if _is_silent(node):
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_words(node.value):
        yield node.value
    below: list[ast.AST] = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        below = [value for key, value in pairs if not key or _key(key) not in NOT_TRANSLATED]
    if isinstance(node, ast.Call) and _called(node) == "status_chip":
        # The first names a status by the word that the reads have for it.
        below = [*node.args[1:], *node.keywords]
    for child in below:
        yield from _unsaid(child)


def _is_silent(node: ast.AST) -> bool:
    match node:
        case ast.Call():
            return _called(node) in {*_SAYING, "Literal", "TypeVar", "Var", "Rule"}
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return node.name in NOT_TRANSLATED
        case ast.keyword():
            return node.arg in _SILENT
        case ast.Expr():
            return isinstance(node.value, ast.Constant)
        case ast.Constant():
            return node.value in NOT_TRANSLATED
    return isinstance(node, ast.Subscript | ast.Assert | ast.Raise)


def _key(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ast.unparse(node)


@pytest.mark.parametrize("path", READ_BY_CUSTOMERS, ids=lambda path: str(path.relative_to(UI)))
def test_no_word_of_ours_on_a_page_bypasses_the_catalogue(path: Path):
    assert list(_unsaid(ast.parse(path.read_text()))) == []


def _said_in_code() -> dict[str | tuple[str, ...], set[str]]:
    """Each sentence that code says, and the files that say it."""
    said: dict[str | tuple[str, ...], set[str]] = {}
    for floor in ("ui", "reads", "services", "gateways", "access", "kernel"):
        for path in (ROOT / "billing_app" / floor).rglob("*.py"):
            code = path.read_text()
            if not re.search(r"\b(say|phrase|tell|tell_many|marked)\(", code):
                continue
            for node in ast.walk(ast.parse(code)):
                if isinstance(node, ast.Call) and _called(node) in _SAYING and node.args:
                    wanted = node.args[: 2 if _called(node) == "tell_many" else 1]
                    texts = tuple(each.value for each in wanted if isinstance(each, ast.Constant))
                    if texts and isinstance(texts[0], str):
                        key = texts if len(texts) > 1 else texts[0]
                        said.setdefault(key, set()).add(str(path.relative_to(ROOT)))
    return said


def _read(path: Path) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=None if path.suffix == ".pot" else path.stem)


def test_the_template_holds_what_the_code_says_and_nothing_else():
    template = {
        message.id: {path for path, _ in message.locations}
        for message in _read(FOLDER / "pages.pot")
        if message.id
    }

    assert template == _said_in_code()


@pytest.mark.parametrize("language", ["de", "fr"])
def test_a_language_says_each_word_of_pages_with_its_places(language: str):
    template, catalogue = _read(FOLDER / "pages.pot"), _read(FOLDER / f"{language}.po")

    assert {each.id for each in catalogue} == {each.id for each in template}
    for message in filter(lambda each: each.id, catalogue):
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        forms = message.id if isinstance(message.id, tuple) else (message.id,)
        assert len(said) == len(forms)
        assert not message.fuzzy
        assert message.locations == template[message.id].locations
        for each, english in zip(said, forms, strict=True):
            assert each.strip()
            assert sorted(_PLACES.findall(each)) == sorted(_PLACES.findall(english))


@pytest.mark.parametrize("folder", [FOLDER, LETTERS, PAPERS], ids=["pages", "letters", "papers"])
def test_no_sentence_of_a_language_is_another_ones(folder: Path):
    german, french = ({each.id: each.string for each in _read(folder / f"{of}.po")}
                      for of in ("de", "fr"))  # fmt: skip

    alike = [said for said in german if german[said] == french.get(said) and " " in str(said)]
    assert [said for said in alike if _PLACES.sub("", str(said)).strip(" :{}()'%,")] == []


def test_a_reader_is_told_days_and_numbers_as_their_language_has_them():
    one, many = "Due on %(day)s, in %(count)d day", "Due on %(day)s, in %(count)d days"

    def told() -> list[str]:
        speak("de")
        on = tell_day(date(2026, 12, 3))
        dues = [tell_many(one, many, days, day=on) for days in (1, 2)]
        return [*dues, tell("Nobody has this sentence.")]

    assert copy_context().run(told) == [
        "Fällig am 03.12.2026, in 1 Tag",
        "Fällig am 03.12.2026, in 2 Tagen",
        "Nobody has this sentence.",
    ]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("es, fr;q=0.5, de;q=0.7", "de"),
        ("es-ES,pt", "en"),
        ("en-GB,de", "en"),
        ("", "en"),
        ("de;q=,,;;fr" * 50, "en"),
    ],
)
def test_whoever_is_not_known_reads_what_their_browser_likes(header: str, language: str):
    assert preferred(_Asks(header)) == language  # type: ignore[arg-type]


class _Asks:
    """A browser that says which languages it likes."""

    def __init__(self, header: str) -> None:
        self.headers = self
        self.raw_headers = {"accept-language": header}
