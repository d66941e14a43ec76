"""Plays the machine of all commands, and says how often each command was given."""

from __future__ import annotations

from collections import Counter

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from billing_app.access.database import Database
from billing_app.kernel.clock import clock
from tests import counting
from tests.correcting_machine import CorrectingMachine

COMMANDS = {
    "settings", "clock moves", "close books", "draft", "duplicate", "plan", "issue", "void",
    "write off", "small balance", "pay", "pay ahead", "reverse", "pay from credit", "adjust up",
    "adjust down", "draft request", "raise request", "void request", "pay request from credit",
    "credit note", "refund, still owed", "refund, owed no more", "refund of credit",
    "change draft", "delete draft", "reverse write-off", "reverse refund", "record unidentified",
    "identify", "send back", "place overpayment",
}  # fmt: skip


def played(
    database: Database,
    *,
    examples: int,
    steps: int,
    seed: int | None = None,
    swarming: bool = False,
) -> Counter[tuple[str, bool]]:
    """Play so many examples; without a seed always the same ones."""
    clock.allow_moving()
    fired: Counter[tuple[str, bool]] = Counter()
    named = {"database": database, "fired": fired, "swarming": swarming}
    kind = type("Books", (CorrectingMachine,), named)
    if seed is not None:
        kind = hypothesis.seed(seed)(kind)
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=seed is None,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    counting.say(_told(database.engine.dialect.name, fired))
    return fired


def never_done(fired: Counter[tuple[str, bool]]) -> set[str]:
    """The commands that were never given with success."""
    return {name for name in COMMANDS if not fired[name, True]}


def _told(where: str, fired: Counter[tuple[str, bool]]) -> str:
    names = sorted({name for name, _ in fired}, key=lambda name: -fired[name, True])
    counts = [f"{name} {fired[name, True]}+{fired[name, False]}" for name in names]
    return f"books on {where}, {sum(fired.values())} commands, done+refused: " + ", ".join(counts)
