"""The documents say what is there: paths, settings, make targets and commands.

Each check is a function over texts, so that it can be seen to find what is wrong in a text
with something planted in it.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from billing_app import config
from billing_app.cli import main

ROOT = Path(__file__).resolve().parents[2]
MAPS = ("docs/ARCHITECTURE.md", "docs/security.md")
_FILES = r"py|md|toml|txt|ini|sh|css|lock"
_PATH = re.compile(rf"`((?!/)[\w.-]+/[\w./-]*|[\w-]+\.(?:{_FILES})|Makefile)`( \*coming\*)?")
_LINK = re.compile(r"\]\((?!https?://|#)([^)\s]+)\)")
_SETTING = re.compile(r"^\| `([A-Z_]+)` \| (.+?) \|", re.MULTILINE)


def text_of(name: str) -> str:
    return (ROOT / name).read_text()


def wrong_paths(text: str) -> list[str]:
    """Each path that is neither there nor marked, or is there and marked all the same."""
    return [
        f"{path}{mark}"
        for path, mark in _PATH.findall(text)
        if (ROOT / path).exists() == bool(mark)
    ]


def rooms() -> set[str]:
    """Every folder and every top file of the application, as the map would name it."""
    package = ROOT / "billing_app"
    folders = {f"{init.parent.relative_to(ROOT)}/" for init in package.rglob("__init__.py")}
    files = {str(path.relative_to(ROOT)) for path in package.glob("*.py")}
    return (folders | files) - {"billing_app/__init__.py"}


def settings_read(source: str) -> set[str]:
    """The names that a source asks an environment for."""
    return {
        argument.value
        for call in ast.walk(ast.parse(source))
        if isinstance(call, ast.Call) and "environ" in _names_in(call)
        for argument in call.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        if argument.value.isupper()
    }


def _names_in(call: ast.Call) -> set[str]:
    own = [call.func, *call.args]
    return {node.id for part in own for node in ast.walk(part) if isinstance(node, ast.Name)}


def commands_in(text: str) -> set[str]:
    return set(re.findall(r"python -m billing_app ([a-z][a-z-]*)", text))


def targets_in(text: str) -> set[str]:
    return set(re.findall(r"(?:^|`|=\d+ )make ([a-z]+)", text, re.MULTILINE))


def targets_of(makefile: str) -> set[str]:
    """The targets that are there for people, each with its rule."""
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony, "the Makefile names its targets"
    return {name for name in phony[1].split() if re.search(rf"^{name}:", makefile, re.MULTILINE)}


@pytest.mark.parametrize("name", MAPS)
def test_every_path_on_a_map_is_there_or_marked_as_coming(name: str):
    assert wrong_paths(text_of(name)) == []


def test_every_room_is_on_the_map():
    named = {path for path, _ in _PATH.findall(text_of("docs/ARCHITECTURE.md"))}

    assert rooms() - named == set()


def test_the_ten_changes_all_have_their_place():
    table = text_of("docs/ARCHITECTURE.md").partition("## A line of code knows its room")[2]
    rows = re.findall(r"^\| (\d+)\. .+? \| (.+) \|$", table, re.MULTILINE)

    assert [number for number, _ in rows] == [str(number) for number in range(1, 11)]
    assert all(_PATH.search(place) for _, place in rows)


def test_the_readme_explains_exactly_the_settings_that_are_read():
    explained = [name for name, _ in _SETTING.findall(text_of("README.md"))]

    assert sorted(explained) == sorted(settings_read(text_of("billing_app/config.py")))


@pytest.mark.parametrize("name", ["HOST", "PORT", "QUITTANCE_HOME", "TRUSTED_PROXY_HOPS", "DEMO"])
def test_the_readme_tells_the_true_default(name: str):
    told = dict(_SETTING.findall(text_of("README.md")))[name].strip("`")

    left_out = config.load({"LINK_KEY": "k" * 32})
    said = config.load({"LINK_KEY": "k" * 32, name: told})

    assert getattr(said, _FIELDS[name]) == getattr(left_out, _FIELDS[name])


_FIELDS = {
    "HOST": "host",
    "PORT": "port",
    "QUITTANCE_HOME": "home",
    "TRUSTED_PROXY_HOPS": "trusted_proxy_hops",
    "DEMO": "demo",
}


def test_the_readme_names_exactly_the_make_targets_that_there_are():
    assert targets_in(text_of("README.md")) == targets_of(text_of("Makefile"))


def test_the_readme_names_exactly_the_commands_of_the_terminal(
    capsys: pytest.CaptureFixture[str],
):
    with pytest.raises(SystemExit):
        main(["--help"])
    offered = set(re.findall(r"^    ([a-z][a-z-]*)", capsys.readouterr().out, re.MULTILINE))

    assert commands_in(text_of("README.md")) == offered
    assert {word for name in _documents() for word in commands_in(text_of(name))} <= offered


def test_no_document_links_to_what_is_not_there():
    broken = [
        f"{name}: {target}"
        for name in _documents()
        for target in _LINK.findall(text_of(name))
        if not target.endswith(".png")
        if not (ROOT / name).parent.joinpath(target.partition("#")[0]).exists()
    ]

    assert broken == []


def test_the_readme_shows_pictures_that_the_command_takes():
    script = text_of("scripts/screens.py")
    screens = set(re.findall(r'Screen\("([\w-]+)"', script))

    for picture in re.findall(r"\(docs/screens/([\w-]+)\.png\)", text_of("README.md")):
        name, width, scheme = picture.rsplit("-", 2)
        assert name in screens
        assert f"({width}, " in script
        assert f'"{scheme}"' in script


def _documents() -> list[str]:
    found = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    return [str(path.relative_to(ROOT)) for path in found]


@pytest.mark.parametrize(
    ("planted", "named"),
    [
        ("See `billing_app/ledger/dreams.py`.", ["billing_app/ledger/dreams.py"]),
        ("See `billing_app/config.py` *coming*.", ["billing_app/config.py *coming*"]),
        ("See `docs/dreams/`.", ["docs/dreams/"]),
        ("See `dreams.toml`.", ["dreams.toml"]),
        ("See `billing_app/ledger/dreams.py` *coming*.", []),
        ("See `billing_app/config.py` and `/healthz`, `Session(`, `make demo`.", []),
    ],
)
def test_a_path_that_is_wrong_is_named(planted: str, named: list[str]):
    assert wrong_paths(planted) == named


def test_a_setting_that_is_read_in_any_way_is_found():
    planted = 'a = environ.get("ONE")\nb = _text(environ, "TWO")\nc = os.environ["no"]\nd = f("NO")'

    assert settings_read(planted) == {"ONE", "TWO"}


def test_a_target_without_a_rule_does_not_count():
    planted = ".PHONY: demo dream\n\ndemo: .venv\n\t@echo\n"

    assert targets_of(planted) == {"demo"}
    assert targets_in("Run `make dream`, or PORT=8001 make demo; make haste.") == {"dream", "demo"}
