"""The tree is clean, and each tripwire turns red when its violation is planted in a copy.

A copy holds several violations at once, where none of them hides another, and each must be named.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture import checks
from tests.architecture.checks import IMPORTING, READING

ROOT = Path(__file__).resolve().parents[2]

Found = dict[str, list[str]]


class Tripwires:
    """All checks, for any tree; those that import it work in a process of their own each time."""

    def __init__(self, forking: subprocess.Popen[str]) -> None:
        self._forking = forking

    def find(self, root: Path, *names: str) -> Found:
        """What each of these checks finds in the tree."""
        found = {name: list(READING[name](root)) for name in names if name in READING}
        importing = [name for name in names if name in IMPORTING]
        if importing:
            assert self._forking.stdin
            assert self._forking.stdout
            self._forking.stdin.write(f"{root} {' '.join(importing)}\n")
            self._forking.stdin.flush()
            found |= json.loads(self._forking.stdout.readline())
        assert found.keys() == {*names}, found
        return found


@pytest.fixture(scope="module")
def tripwires(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tripwires]:
    """They start in a folder with nothing in it, so that they know no tree."""
    with subprocess.Popen(
        [sys.executable, checks.__file__],
        cwd=tmp_path_factory.mktemp("nowhere"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as forking:
        yield Tripwires(forking)
        forking.kill()


@pytest.fixture(scope="module")
def tree(tripwires: Tripwires) -> Found:
    """What all checks find in the tree itself."""
    return tripwires.find(ROOT, *READING, *IMPORTING)


@pytest.mark.parametrize("name", [*READING, *IMPORTING])
def test_the_tree_has_no_violation(name: str, tree: Found):
    assert tree[name] == []


@dataclass(frozen=True)
class Violation:
    """Something that must never be written: where, what, and which words must name it."""

    check: str
    file: str
    planted: str
    named: str
    instead_of: str = ""


VIOLATIONS = {
    "a handler without a rule": Violation(
        "handlers",
        "billing_app/ui/profile.py",
        "    @rx.event\n    def wipe(self) -> None:\n        self.name = ''\n\n"
        "    @rx.event\n    async def rename",
        "ProfileState.wipe has no rule",
        instead_of="    @rx.event\n    async def rename",
    ),
    "a helper that forgot its underscore": Violation(
        "handlers",
        "billing_app/ui/profile.py",
        "    def helper(self, value: str) -> None:\n        self.name = value\n\n"
        "    @rx.event\n    async def rename",
        "ProfileState.helper has no rule",
        instead_of="    @rx.event\n    async def rename",
    ),
    "a handler that asks for anything": Violation(
        "handlers",
        "billing_app/ui/profile.py",
        "form: dict",
        "has a type that a browser cannot be asked for",
        instead_of="form: ProfileForm",
    ),
    "a table without an organization": Violation(
        "table_owners",
        "billing_app/models/party.py",
        "\n\nclass Stray(Installed, table=True):\n    prefix: ClassVar[str] = 'str'\n"
        "    name: str\n",
        "table stray does not belong to an organization",
    ),
    "a key that can point across": Violation(
        "table_owners",
        "billing_app/models/people.py",
        'ForeignKeyConstraint(["membership_id"], ["membership.id"]),',
        "web_session can point at a membership",
        instead_of='inside_organization("membership_id", "membership"),\n'
        '        Index(None, "organization_id", "membership_id"),',
    ),
    "a service without a guard": Violation(
        "guards",
        "billing_app/services/introducing.py",
        "",
        "introducing.rename_me has no guard",
        instead_of="@member_command\n",
    ),
    "an audited command without words for it": Violation(
        "guards",
        "billing_app/reads/admin.py",
        "",
        "introducing.set_language has no words",
        instead_of='    "set_language": "chose their own language",\n',
    ),
    "a portal read that is told whom to show": Violation(
        "guards",
        "billing_app/reads/customer.py",
        "def account(work: Work[CustomerActor], customer_id: str = '')",
        "asks a portal actor for customer_id",
        instead_of="def account(work: Work[CustomerActor])",
    ),
    "a screen that imports a table": Violation(
        "imports",
        "billing_app/ui/profile.py",
        "\nfrom billing_app.models.party import Customer\n",
        "Screens know frozen reads, never tables BROKEN",
    ),
    "a lower floor that imports a higher one": Violation(
        "imports",
        "billing_app/access/scope.py",
        "\nimport billing_app.services.founding\n",
        "Each floor imports only floors below it BROKEN",
    ),
    "a row in a State": Violation(
        "states",
        "billing_app/ui/profile.py",
        "class ProfileState(rx.State):\n    row: Customer | None = None\n",
        "ProfileState.row holds a row",
        instead_of="class ProfileState(rx.State):\n",
    ),
    "a State that does not start empty": Violation(
        "states",
        "billing_app/ui/profile.py",
        'name: str = "margin 73919"',
        "ProfileState.name does not start empty",
        instead_of='name: str = ""',
    ),
    "a session of one's own": Violation(
        "words",
        "billing_app/services/founding.py",
        "\n\ndef _peek(engine):\n    return Session(engine)\n",
        "a plain session sees all organizations",
    ),
    "raw SQL": Violation(
        "words",
        "billing_app/reads/admin.py",
        "\n\n_SQL = text('SELECT 1')\n",
        "raw SQL escapes the filters",
    ),
    "a second clock": Violation(
        "words",
        "billing_app/reads/times.py",
        "\n\n_STARTED = datetime.now()\n",
        "one clock",
    ),
    "an append-only table without its triggers": Violation(
        "schema",
        "billing_app/models/party.py",
        "class Partner(AppendOnly, OrgOwned, table=True):",
        "partner_refuses_delete",
        instead_of="class Partner(OrgOwned, table=True):",
    ),
    "a column that no migration makes": Violation(
        "schema",
        "billing_app/models/party.py",
        "    due_days: int\n    notes: str\n",
        "add_column",
        instead_of="    due_days: int\n",
    ),
    "a file that grew too long": Violation(
        "sizes", "billing_app/doctor.py", "\n" * 400, "doctor.py has"
    ),
}

_NEEDED_IMPORTS = {
    "a table without an organization": "from billing_app.models.base import Installed\n",
    "a row in a State": "from billing_app.models.party import Customer\n",
    "an append-only table without its triggers": (
        "from billing_app.models.base import AppendOnly\n"
    ),
    "a key that can point across": "from sqlalchemy import ForeignKeyConstraint\n",
}


# Planted together. What only has to be read need not be importable, and a handler without a
# rule ends the import that the check of states begins with.
COPIES = (
    tuple(READING),
    tuple(IMPORTING.keys() - {"handlers"}),
    ("handlers",),
)


@pytest.fixture(scope="module")
def copies(tripwires: Tripwires, tmp_path_factory: pytest.TempPathFactory) -> Found:
    """What each check finds in a copy with everything in it that it must name."""
    found: Found = {}
    for names in COPIES:
        copy = tmp_path_factory.mktemp("copy")
        copy_the_tree(copy)
        for what, violation in VIOLATIONS.items():
            if violation.check in names:
                plant(violation, _NEEDED_IMPORTS.get(what, ""), copy)
        found |= tripwires.find(copy, *names)
    return found


@pytest.mark.parametrize("what", VIOLATIONS)
def test_a_planted_violation_turns_its_tripwire_red(what: str, copies: Found):
    violation = VIOLATIONS[what]

    assert any(violation.named in line for line in copies[violation.check]), copies


def copy_the_tree(into: Path) -> None:
    """Copy all that the checks look at, with all that is compiled."""
    for part in ("billing_app", "alembic", "alembic.ini", "pyproject.toml", "rxconfig.py"):
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, into / part)
        else:
            shutil.copy(source, into / part)


def plant(violation: Violation, needed: str, into: Path) -> None:
    """Write the violation into the copy."""
    file = into / violation.file
    text = file.read_text()
    if violation.instead_of:
        assert violation.instead_of in text, "the place to plant it is gone"
        text = text.replace(violation.instead_of, violation.planted, 1)
    else:
        text += violation.planted
    marker = "from __future__ import annotations\n"
    file.write_text(text.replace(marker, marker + "\n" + needed, 1) if needed else text)
