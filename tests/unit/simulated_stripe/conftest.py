"""A simulated Stripe of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stripes import Stripes, open_stripes


@pytest.fixture
def stripes(tmp_path: Path) -> Iterator[Stripes]:
    with open_stripes(tmp_path) as opened:
        yield opened
