"""Pay links in tests: made by Ada, and held by whoever they were handed to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from billing_app.access.actors import PayerActor
from billing_app.access.installation import work_now
from billing_app.access.pay_links import find_pay_link
from billing_app.access.work import Work
from billing_app.gateways.payments import Way
from billing_app.reads import pay_links, payer
from billing_app.reads.pay_links import PayLinkView
from billing_app.reads.payer import Bill
from billing_app.services import linking
from tests.attempts import Counter
from tests.billing import Desk
from tests.world import World

T = TypeVar("T")


class Links(Counter):
    """Ada hands pay links out, and somebody opens them."""

    def link(self, document_id: str) -> str:
        """Make the pay link of a document; returns its token."""
        return linked(self, document_id)

    def view(self, document_id: str) -> PayLinkView:
        """What Ada is told of a document's link."""
        found = self.does(lambda work: pay_links.pay_link(work, document_id))
        assert found is not None, "it has none"
        return found

    def held(self, token: str) -> PayerActor:
        """Whom a token makes of its holder."""
        return holder(self.world, token)

    def as_holder(self, token: str, work_fn: Callable[[Work[Any]], T]) -> T:
        """What the holder of a token reads."""
        return work_now(self.held(token), self.world.database, work_fn)

    def bill(self, document_id: str, *ways: Way) -> Bill:
        """The page behind the document's link."""
        return self.as_holder(self.link(document_id), lambda work: payer.bill(work, ways))


def linked(desk: Desk, document_id: str) -> str:
    """Make the pay link of a document; returns its token."""
    desk.does(lambda work: linking.make_pay_link(work, document_id))
    found = desk.does(lambda work: pay_links.pay_link(work, document_id))
    assert found is not None, "it was just made"
    return found.path.removeprefix("/pay/")


def holder(world: World, token: str) -> PayerActor:
    """Whom a token makes of its holder."""
    return world.at_the_door(lambda work: find_pay_link(work, token))
