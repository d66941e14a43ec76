"""Every place that there is to look at, so that a new screen is looked at without asking."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from billing_app.gateways.payments import Stage, Way
from billing_app.kernel.audience import Audience
from billing_app.ui.pages import SCREENS
from tests.attempts import Counter
from tests.billing import Desk, aud
from tests.links import linked
from tests.world import World


@cache
def _pay_token(world: World) -> str:
    """The pay link of an invoice of that world: whoever tries wrong ones is soon refused."""
    desk = Desk(world)
    return linked(desk, desk.invoice(110_00))


_VISITORS = {Audience.ADMIN: "ada", Audience.PARTNER: "pat", Audience.CUSTOMER: "cleo"}


@cache
def _documents(world: World) -> tuple[str, str]:
    """An issued invoice of that world, and a draft."""
    desk = Desk(world)
    return desk.invoice(90_00), desk.draft(desk.line(50_00))


@cache
def _request(world: World) -> str:
    """A Credit Request that was paid in part."""
    counter = Counter(world)
    request = counter.request(80_00)
    counter.pay(30_00, request)
    return request


@cache
def _payment(world: World) -> str:
    """A payment that came through the gateway, and of which something went wrong."""
    counter = Counter(world)
    begun = counter.begin(counter.invoice(35_00))
    counter.settle(begun, Stage.SUCCEEDED)
    counter.settle(begun, Stage.SUCCEEDED, amount=aud(36_00))
    failed = counter.begin(counter.invoice(20_00), way=Way.DIRECT_DEBIT)
    counter.settle(failed, Stage.FAILED, failure="The bank refused the debit.")
    return begun.asked.attempt


@cache
def _of_marsh(world: World) -> dict[str, str]:
    """What a customer's own pages are about, by the place in their address."""
    counter = Counter(world)
    begun = counter.begin(counter.invoice(75_00), begun_by="contact")
    counter.settle(begun, Stage.FAILED, failure="The bank declined this payment.")
    return {
        "invoices/[document_id]": f"invoices/{counter.invoice(60_00)}",
        "requests/[document_id]": f"requests/{counter.request(40_00)}",
        "[payment_id]": counter.pay(15_00, counter.invoice(15_00)),
        "[attempt_id]": begun.asked.attempt,
    }


@dataclass(frozen=True)
class Place:
    """An address, and who goes there; nobody for the pages of people we do not know.

    A page that was refused is served without its scripts, so it never becomes live.
    """

    path: str
    who: str
    live: bool = True

    def __str__(self) -> str:
        return f"{self.path} as {self.who or 'nobody'}"

    def address(self, world: World) -> str:
        """The path with something in it that is there, or a link that opens nothing."""
        party = world.marsh if "/customers/" in self.path else world.northside
        if "[invoice]" in self.path:
            issued, draft = _documents(world)
            invoice = draft if "/drafts/" in self.path else issued
            return self.path.replace("[invoice]", invoice)
        if self.path.startswith(("/admin/payments/", "/admin/exceptions")):
            return self.path.replace("[payment]", _payment(world))
        if "[request]" in self.path:
            return self.path.replace("[request]", _request(world))
        if self.path.startswith("/customer/") and "[" in self.path:
            place, there = next(each for each in _of_marsh(world).items() if each[0] in self.path)
            return self.path.replace(place, there)
        token = _pay_token(world) if self.path.startswith("/pay/") else "gone"
        return self.path.replace("[party]", party).replace("[token]", token)

    def token(self, world: World) -> str:
        """What the visitor's browser holds."""
        return str(getattr(world, self.who).token) if self.who else ""


PLACES = (
    *(
        Place(screen.route, _VISITORS[screen.audience] if screen.audience else "")
        for screen in SCREENS
    ),
    Place("/no-such-page", "", live=False),
    Place("/admin", "cleo", live=False),
)
