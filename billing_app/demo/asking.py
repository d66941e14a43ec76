"""What the demo's business asked for up front: one Credit Request of each standing."""

from __future__ import annotations

from collections.abc import Sequence

from billing_app.demo.books import Desk
from billing_app.kernel.ids import new_id, show
from billing_app.services import requesting


def keep(desk: Desk, customers: Sequence[str]) -> None:
    """Ask some of them; one pays, one is let off, and one is not asked yet."""
    marsh, _, _, kestrel, tidewater, _, _, pilgrim, *_ = customers
    ask(desk, marsh, 25_000, "Figure drawing in the summer, paid up front")
    paid = ask(desk, tidewater, 15_000, "Deposit for the choir weekend")
    desk.receive(tidewater, 15_000, "cheque", paid, reference="Cheque 204")
    let_off = ask(desk, pilgrim, 20_000, "Deposit for the life drawing weekend")
    desk.act(
        lambda work: requesting.void_request(work, let_off, reason="The weekend was called off.")
    )
    draft(desk, kestrel, 80_000, "Safety training for the new depot")


def draft(desk: Desk, customer_id: str, minor: int, words: str) -> str:
    """Write a Credit Request down, to be raised later."""
    drawn = show("crq", new_id())
    return desk.act(
        lambda work: requesting.draft_request(
            work, drawn, customer_id=customer_id, amount=desk.of(minor), description=words
        )
    )


def ask(desk: Desk, customer_id: str, minor: int, words: str) -> str:
    """Raise a Credit Request."""
    drafted = draft(desk, customer_id, minor, words)
    return desk.act(lambda work: requesting.raise_request(work, drafted))
