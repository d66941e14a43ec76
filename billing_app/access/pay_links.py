"""Pay links: the secret address behind which one customer's document can be paid.

Whoever holds the address may pay that document and see it, and is nobody by it: it signs
nobody in, and shows nothing else. Looking at it changes nothing.
"""

from __future__ import annotations

from sqlmodel import select

from billing_app.access.actors import DoorActor, PayerActor
from billing_app.access.capabilities import LinkGone, derived_token
from billing_app.access.guard import door_read
from billing_app.access.installation import at_the_door
from billing_app.access.throttling import PAY_LINK, note_miss, refuse_guesser
from billing_app.access.work import Work
from billing_app.kernel.addresses import neighbourhood
from billing_app.kernel.clock import clock
from billing_app.kernel.session_header import hashed
from billing_app.models.pay_link import PayLink

_PURPOSE = "pay"


def pay_token(link: PayLink) -> str:
    """The secret of a pay link, made anew from the key whenever somebody may have it."""
    return derived_token(_PURPOSE, link.id, link.generation)


def seal(link: PayLink) -> None:
    """Give a link the hash by which its present generation is found, and no other is."""
    link.token_hash = hashed(pay_token(link))


def is_live(link: PayLink) -> bool:
    """Whether a link still opens anything."""
    return link.withdrawn_at is None and clock.now() < link.expires_at


@door_read
def find_pay_link(work: Work[DoorActor], token: str) -> PayerActor:
    """Whom a token makes of its holder; LinkGone for one that is withdrawn, expired or none."""
    wanted = select(PayLink).where(PayLink.token_hash == hashed(token))
    link = work.exec(wanted).one_or_none()
    if link is None or not is_live(link):
        raise LinkGone
    document_id = link.invoice_id or link.credit_request_id
    assert document_id is not None, "a pay link leads to a document"
    return PayerActor(
        organization_id=link.organization_id,
        customer_id=link.customer_id,
        document_id=document_id,
        link_id=link.id,
    )


async def payer_behind(token: str, address: str) -> PayerActor:
    """Whom a token makes of its holder. What opens nothing counts against the address."""
    near = neighbourhood(address)
    try:
        return await at_the_door(lambda work: _look(work, token, near))
    except LinkGone:
        await at_the_door(lambda work: note_miss(work, door=PAY_LINK, address=near))
        raise


def _look(work: Work[DoorActor], token: str, address: str) -> PayerActor:
    refuse_guesser(work, door=PAY_LINK, address=address)
    return find_pay_link(work, token)
