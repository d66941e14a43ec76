"""What attacks share: pay links, their payers, and a runner that has caught up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.attack.contents import until_caught_up
from tests.attack.payer import Payer
from tests.links import Links
from tests.servers import Site
from tests.world import World


class AskedLinks(Links):
    """Pay links that the first letter about their document does not renew any more."""

    def link(self, document_id: str) -> str:
        """Make the pay link of a document, after its letter; returns its token."""
        until_caught_up(self.world.database)
        return super().link(document_id)


@pytest.fixture(autouse=True)
def caught_up(request: pytest.FixtureRequest) -> Iterator[None]:
    """Before and after each test, let the runner do what people and documents are owed."""
    if "site" not in request.fixturenames:
        yield
        return
    database = request.getfixturevalue("site").database
    until_caught_up(database)
    yield
    until_caught_up(database)


@pytest.fixture
def links(site: Site) -> Links:
    """A Harbour in which nothing goes on but what the test does."""
    return AskedLinks(World(site.database))


@pytest.fixture
def payer(site: Site) -> Iterator[Payer]:
    with closing(Payer(site)) as opened:
        yield opened
