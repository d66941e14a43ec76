"""Hearing of the gateway: news is kept once, and applying it is owed to whom it is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from billing_app.access.actors import RunnerActor
from billing_app.access.guard import runner_command, runner_read
from billing_app.access.outbox import APPLY_NEWS, owe
from billing_app.access.work import Work
from billing_app.gateways.news import News
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import NotFound
from billing_app.models.arrived_transfer import ArrivedTransfer
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.gateway import GatewayCustomer, GatewayEvent, PaymentMethod
from billing_app.models.organization import Organization

_LONGEST_KEY = 60
_STILL_LEARNING = timedelta(minutes=10)


@runner_command
def hear(work: Work[RunnerActor], *news: News) -> int:
    """Keep news, each once however often it comes; returns how much of it was not heard before.

    News about nobody we know is kept as well. When it soon comes again, it is asked again whom
    it is about, because by then we may have learned the name of a payment.
    """
    names = [one.reference for one in news]
    wanted = select(GatewayEvent).where(col(GatewayEvent.reference).in_(names))
    known = {event.reference: event for event in work.exec(wanted)}
    # In one order for everybody, so that two who hear the same wait for each other in a row.
    ordered = sorted(news, key=lambda one: one.reference)
    return sum(_hear(work, one, known.get(one.reference)) for one in ordered)


def _hear(work: Work[RunnerActor], news: News, event: GatewayEvent | None) -> bool:
    if event is not None and _is_done_with(event):
        return False
    owner = _owner(work, news)
    is_new = event is None
    if event is None:
        event = _row(news, owner)
        if not work.add_unless_there(event):
            return False
    event.organization_id = owner
    if owner is None and news.payer:
        owner = whose_payer(work, news.payer)
    if owner is not None:
        key = news.reference[:_LONGEST_KEY]
        owe(work, APPLY_NEWS, event.shown_id, organization_id=owner, key=key)
    return is_new


@runner_read
def whose_payer(
    work: Work[RunnerActor], payer: str, told: str = "", transfer: str = ""
) -> UUID | None:
    """For which organization the gateway holds a payer's money, by what we know or it was told.

    A transfer that was kept once stays where it is, whatever is told of its payer later.

    Money of somebody whom nobody knows is looked after by the organization that was here first:
    it must lie in front of somebody.
    """
    kept = ArrivedTransfer.gateway_reference == transfer
    begun = select(PaymentAttempt.organization_id).where(PaymentAttempt.gateway_payer == payer)
    ways = (
        select(ArrivedTransfer.organization_id).where(kept),
        select(GatewayCustomer.organization_id).where(GatewayCustomer.reference == payer),
        begun.order_by(col(PaymentAttempt.id).desc()),
        select(Organization.id).where(col(Organization.id).in_(_read_organization(told))),
        select(Organization.id).order_by(col(Organization.id)),
    )
    return _first_of(work, ways)


def _is_done_with(event: GatewayEvent) -> bool:
    is_old = event.received_at < clock.now() - _STILL_LEARNING
    return event.organization_id is not None or is_old


def _row(news: News, owner: UUID | None) -> GatewayEvent:
    return GatewayEvent(
        reference=news.reference,
        kind=news.kind,
        about=news.about,
        payment=news.payment,
        payer=news.payer or None,
        organization_id=owner,
        live=news.live,
        happened_at=news.happened_at,
        received_at=clock.now(),
    )


def _owner(work: Work[RunnerActor], news: News) -> UUID | None:
    """Whose news it is: as the gateway was told, else whoever knows what it belongs to."""
    names = {news.about, news.payment, *news.related} - {""}
    attempted = or_(
        col(PaymentAttempt.gateway_payment).in_(names),
        col(PaymentAttempt.gateway_session).in_(names),
        col(PaymentAttempt.gateway_payer).in_(names),
    )
    ways = (
        select(Organization.id).where(
            col(Organization.id).in_(_read_organization(news.organization))
        ),
        select(GatewayCustomer.organization_id).where(col(GatewayCustomer.reference).in_(names)),
        select(PaymentAttempt.organization_id).where(attempted),
        select(PaymentMethod.organization_id).where(col(PaymentMethod.reference).in_(names)),
    )
    return _first_of(work, ways)


def _first_of(work: Work[RunnerActor], ways: Iterable[SelectOfScalar[UUID]]) -> UUID | None:
    """What the first of these ways that finds anything finds."""
    found = (work.exec(way.limit(1)).first() for way in ways)
    return next((owner for owner in found if owner is not None), None)


def _read_organization(told: str) -> list[UUID]:
    """The organization that the gateway was told. Anybody may have written anything there."""
    try:
        return [Organization.read_id(told)]
    except NotFound:
        return []
