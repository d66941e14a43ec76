"""A terminal at the machine, in a process forked from one that has imported everything."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.servers import Warmed


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str


def terminal(*words: str, **environ: str) -> Said:
    """Have an operator run a command, whose environment that is and nothing beside it."""
    with tempfile.TemporaryDirectory() as screen:
        out, err = Path(screen, "out"), Path(screen, "err")
        here = {"PATH": os.environ["PATH"]} | environ
        code = Warmed([*words], here, out, errors=err).wait(60)
        return Said(code, out.read_text(), err.read_text())
