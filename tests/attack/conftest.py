"""What attacks on paying by a link share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.attack.payer import Payer
from tests.links import Links
from tests.servers import Site
from tests.world import World


@pytest.fixture
def links(site: Site) -> Links:
    """A Harbour in which nothing goes on but what the test does."""
    return Links(World(site.database))


@pytest.fixture
def payer(site: Site) -> Iterator[Payer]:
    with closing(Payer(site)) as opened:
        yield opened
