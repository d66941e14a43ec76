"""Applying news of the gateway.

What the news says is not believed: it may be old, and come in any order. What it is about is
asked for afresh, and what the gateway says of it now is settled.
"""

from __future__ import annotations

import logging
from typing import Protocol
from uuid import UUID

from billing_app.access.actors import RunnerActor
from billing_app.access.installation import Installation, work_now
from billing_app.collecting.disputes import settle_dispute
from billing_app.collecting.gateway import gateway_of
from billing_app.collecting.methods import hear_mandate, hear_method
from billing_app.collecting.refunds import settle_refund
from billing_app.collecting.settling import settle
from billing_app.collecting.transfers import hear_transfer
from billing_app.gateways.payments import PaymentGateway, Told
from billing_app.jobs.gateway_trouble import asking_the_gateway
from billing_app.jobs.trouble import TryLater
from billing_app.kernel.errors import NotFound
from billing_app.reads.heard import HeardNews, heard

log = logging.getLogger("quittance.jobs")

_OF_PAGES = "checkout.session."
_OF_REFUNDS, _OF_DISPUTES = "refund.", "charge.dispute."
_OF_TRANSFERS = "customer_cash_balance_transaction."
_OF_METHODS, _OF_MANDATES = "payment_method.", "mandate."
_OF_PAYMENTS = ("payment_intent.", "charge.")
_FOLLOWED = (_OF_PAGES, _OF_REFUNDS, _OF_TRANSFERS, _OF_METHODS, _OF_MANDATES, *_OF_PAYMENTS)
_BEGAN = "payment_intent.created"
"""We know that it began, because we asked for it; what becomes of it is told by other news."""


class About(Protocol):
    """A job, as far as it matters here: whose it is, and the news it is about."""

    @property
    def organization_id(self) -> UUID: ...

    @property
    def subject(self) -> str: ...


def apply_news(place: Installation, job: About) -> None:
    """Settle what the news is about as it stands now. What nobody follows is done at once."""
    news = work_now(RunnerActor(), place.database, lambda work: heard(work, job.subject))
    if not news.kind.startswith(_FOLLOWED) or news.kind == _BEGAN:
        return
    try:
        with asking_the_gateway():
            _apply(place, job.organization_id, gateway_of(place), news)
    except NotFound:
        log.info("News %s is of no attempt of ours.", news.reference)


def _apply(
    place: Installation, organization_id: UUID, gateway: PaymentGateway, news: HeardNews
) -> None:
    if news.kind.startswith(_OF_METHODS):
        hear_method(place, organization_id, news.about)
        return
    if news.kind.startswith(_OF_MANDATES):
        hear_mandate(place, organization_id, news.about)
        return
    if news.kind.startswith(_OF_TRANSFERS):
        hear_transfer(place, news.payer, news.about)
        return
    told = _told(gateway, news)
    if told is not None:
        settle(place, organization_id, told, source="webhook", about=news.reference)
    if news.kind.startswith((_OF_REFUNDS, _OF_DISPUTES)):
        # After its payment: what goes back was received before.
        try:
            _apply_back(place, organization_id, gateway, news)
        except NotFound:
            if told is None:
                raise
            raise TryLater("The payment that this goes back of is not recorded yet.") from None


def _apply_back(
    place: Installation, organization_id: UUID, gateway: PaymentGateway, news: HeardNews
) -> None:
    """Settle the refund or the dispute. NotFound while its payment is not recorded."""
    if news.kind.startswith(_OF_REFUNDS):
        refund = gateway.look_at_refund(news.about)
        settle_refund(place, organization_id, refund, source="webhook", about=news.reference)
    else:
        dispute = gateway.look_at_dispute(news.about)
        settle_dispute(place, organization_id, dispute, about=news.reference)


def _told(gateway: PaymentGateway, news: HeardNews) -> Told | None:
    """How it stands now; None if it belongs to no payment."""
    if news.kind.startswith(_OF_PAGES):
        return gateway.look_at_page(news.about).told
    return gateway.look_at_payment(news.payment) if news.payment else None
