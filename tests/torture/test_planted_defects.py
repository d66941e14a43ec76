"""A dozen rules are broken one by one in a copy, and the tests that carry them turn red."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.coverage import ROOT, proofs

pytestmark = pytest.mark.torture


@dataclass(frozen=True)
class Defect:
    """What is written instead of what, and where."""

    file: str
    right: str
    wrong: str


DEFECTS = {
    44: Defect(
        "access/memberships.py",
        "return organization.client_login or membership.audience != Audience.CUSTOMER",
        "return True",
    ),
    52: Defect(
        "access/pay_links.py",
        "return link.withdrawn_at is None and clock.now() < link.expires_at",
        "return clock.now() < link.expires_at",
    ),
    62: Defect(
        "services/crediting.py",
        '        raise SettingOff("Automatically mark Invoices paid")',
        "        pass",
    ),
    63: Defect(
        "services/lots.py",
        "        return asked\n",
        "        return min(still, self.total)\n",
    ),
    66: Defect(
        "reads/payer.py",
        "    still = document.still_to_pay_minor",
        "    still = document.total_minor",
    ),
    70: Defect(
        "services/paying.py",
        "        currency=share.currency,\n        amount_minor=share.minor,\n        origin=",
        "        currency=share.currency,\n        amount_minor=1,\n        origin=",
    ),
    71: Defect(
        "services/invoicing.py", "        apply_credit_at_issue(work, invoice)", "        pass"
    ),
    72: Defect("services/invoicing.py", "    if invoice.still_to_pay_minor:\n", "    if True:\n"),
    79: Defect("services/paying.py", "external_kind=read_kind(kind)", 'external_kind="cash"'),
    94: Defect("services/returning.py", "    if amount > most:", "    if not most:"),
    98: Defect(
        "services/writing_off.py",
        '        raise TooMuch(f"is still to pay on {named(invoice)}", still)\n    return amount',
        '        raise TooMuch(f"is still to pay on {named(invoice)}", still)\n    return still',
    ),
    102: Defect(
        "services/paying.py", 'raise NotPayable(f"{name} is a draft; issue it first.")', "pass"
    ),
}


@pytest.mark.parametrize("number", DEFECTS)
def test_a_broken_rule_turns_its_test_red(number: int, tmp_path: Path):
    defect = DEFECTS[number]
    for part in ("billing_app", "tests", "scripts", "bench", "pyproject.toml"):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, tmp_path / part)
    source = tmp_path / "billing_app" / defect.file
    assert source.read_text().count(defect.right) == 1
    source.write_text(source.read_text().replace(defect.right, defect.wrong))

    carrying = [
        f"tests/{place.strip('`')}.py::test_{name}"
        for place, _, name in (each.partition(" ") for each in proofs()[number])
        if "service/" in place
    ]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", "-x", *carrying],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )

    assert ran.returncode == 1, ran.stdout
