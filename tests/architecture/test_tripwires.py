"""The tree is clean, and each tripwire turns red when its violation is planted in a copy."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHECKS = ROOT / "tests" / "architecture" / "checks.py"
NAMES = ("handlers", "table_owners", "guards", "states", "words", "sizes", "imports", "schema")


def check(root: Path, name: str) -> tuple[int, str]:
    """Run one check on a tree, in a process of its own; its exit code and its words."""
    ran = subprocess.run(
        [sys.executable, str(CHECKS), str(root), name],
        cwd=root,
        check=False,
        capture_output=True,
        text=True,
    )
    return ran.returncode, ran.stdout + ran.stderr


@pytest.mark.parametrize("name", NAMES)
def test_the_tree_has_no_violation(name: str):
    code, said = check(ROOT, name)

    assert code == 0, said


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
        "introducing.rename_me has no words",
        instead_of='    "rename_me": "changed their own name",\n',
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


@pytest.mark.parametrize("what", VIOLATIONS)
def test_a_planted_violation_turns_its_tripwire_red(what: str, tmp_path: Path):
    violation = VIOLATIONS[what]
    plant(violation, _NEEDED_IMPORTS.get(what, ""), tmp_path)

    code, said = check(tmp_path, violation.check)

    assert code == 1, said
    assert violation.named in said


def plant(violation: Violation, needed: str, into: Path) -> None:
    """Copy the tree, with all that is compiled, and write the violation into the copy."""
    for part in ("billing_app", "alembic", "alembic.ini", "pyproject.toml", "rxconfig.py"):
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, into / part)
        else:
            shutil.copy(source, into / part)
    file = into / violation.file
    text = file.read_text()
    if violation.instead_of:
        assert violation.instead_of in text, "the place to plant it is gone"
        text = text.replace(violation.instead_of, violation.planted, 1)
    else:
        text += violation.planted
    marker = "from __future__ import annotations\n"
    file.write_text(text.replace(marker, marker + "\n" + needed, 1) if needed else text)
