"""Prints, at the end of a run, how many tests of each kind passed and how long it took."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import PurePath

import pytest

_started = time.monotonic()
_passed: Counter[str] = Counter()
_said: list[str] = []


def say(line: str) -> None:
    """Have a line printed at the end of the run, such as how often something was done."""
    _said.append(line)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" and report.passed:
        _passed[kind(report.nodeid)] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in _said:
        terminalreporter.write_line(line)
    terminalreporter.write_line(summary(_passed, time.monotonic() - _started))


def kind(nodeid: str) -> str:
    """The folder below tests/ that a test lies in."""
    parts = PurePath(nodeid.partition("::")[0]).parts
    return parts[1] if len(parts) > 2 else "other"


def summary(passed: Counter[str], seconds: float) -> str:
    counts = " · ".join(f"{name} {count}" for name, count in sorted(passed.items()))
    return f"{counts or 'nothing passed'} in {seconds:.0f} s"
