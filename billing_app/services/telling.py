"""Telling a customer or partner by letter, in the transaction in which it happens.

What a letter says is looked up when it leaves, so this keeps no more than what it is about.
"""

from __future__ import annotations

from billing_app.access.actors import Clerk
from billing_app.access.guard import command_step
from billing_app.access.outbox import write_letter
from billing_app.access.work import Work
from billing_app.kernel.failpoints import reach
from billing_app.models.party import Customer, Partner

ACT = "act"
"""How the ids of acts are shown, which are no rows of their own."""


@command_step
def tell(
    work: Work[Clerk], kind: str, party: Customer | Partner, subject: str, *, detail: str = ""
) -> str:
    """Write a letter of this kind about ``subject``, once; nothing is returned the next time."""
    letter = write_letter(work, kind, to=party.email, subject=subject, detail=detail, once=True)
    reach("letter.written")
    return letter
