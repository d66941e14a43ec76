"""Eighteen thousand commands and more, in orders nobody thought of. Seeded, and counted."""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest

from billing_app.access.database import Database
from tests.playing import never_done, played

COMMANDS = int(os.environ.get("TORTURE_COMMANDS", "18000"))
SEED = int(os.environ.get("TORTURE_SEED", "20261121"))


@pytest.mark.torture
def test_the_books_agree_with_the_oracle_after_thousands_of_commands(database: Database):
    seeds = random.Random(SEED)
    fired: Counter[tuple[str, bool]] = Counter()
    swarming = False

    while sum(fired.values()) < COMMANDS:
        seed = seeds.getrandbits(64)
        fired += played(database, examples=60, steps=60, seed=seed, swarming=swarming)
        swarming = not swarming

    assert never_done(fired) == set()
