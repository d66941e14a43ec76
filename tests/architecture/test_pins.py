"""AT64: what we stand on is pinned, so that two installations are the same and can be looked up."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "reflex.lock"
EXACT = r"v?[\d.]+"


def pinned(name: str) -> dict[str, Requirement]:
    """The requirements of a file, by their names."""
    lines = (line.partition(" #")[0].strip() for line in (ROOT / name).read_text().splitlines())
    found = [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]
    return {canonicalize_name(each.name): each for each in found}


def needed(requirement: Requirement) -> set[str]:
    """What a package that is installed here needs, with the extras that were asked for."""
    try:
        asked = [Requirement(each) for each in requires(requirement.name) or ()]
    except PackageNotFoundError:
        return set()
    extras = requirement.extras or {""}
    return {
        canonicalize_name(each.name)
        for each in asked
        if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in extras)
    }


def test_at64_each_python_package_is_pinned_to_one_version():
    for name in ("requirements.txt", "requirements-dev.txt"):
        loose = [
            str(each)
            for each in pinned(name).values()
            if not re.fullmatch(r"==[\w.!+]+", str(each.specifier))
        ]
        assert loose == [], name


def test_at64_what_our_packages_need_is_pinned_as_well():
    there = pinned("requirements.txt")

    missing = {
        f"{name} needs {wanted}"
        for name, requirement in there.items()
        for wanted in needed(requirement) - there.keys()
    }

    assert missing == set()


def test_at64_each_script_of_the_pages_has_one_version_and_a_hash():
    asked = json.loads((LOCK / "package.json").read_text())
    wanted = asked["dependencies"] | asked["devDependencies"] | asked.get("overrides", {})
    locked = re.findall(r'^    "[^"]+": \[.*$', (LOCK / "bun.lock").read_text(), re.MULTILINE)

    assert [name for name, version in wanted.items() if not re.fullmatch(EXACT, version)] == []
    assert len(locked) > len(wanted)
    assert [line for line in locked if not re.search(r'"sha512-[\w+/]{86}=="\],$', line)] == []
