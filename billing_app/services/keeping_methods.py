"""Saved ways of paying: which one is the usual one, and letting one go."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, CustomerActor, Insider, SystemActor
from billing_app.access.guard import (
    admin_command,
    customer_command,
    system_command,
    system_read,
)
from billing_app.access.outbox import FORGET_METHOD, owe
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.gateways.payments import MandateTold, Saved, Way
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Conflict, NotFound
from billing_app.kernel.ids import show
from billing_app.kernel.tongue import marked
from billing_app.ledger.days import today
from billing_app.models.gateway import PaymentMethod
from billing_app.models.party import Customer


class LetGo(Conflict):
    """The way of paying was removed before."""

    sentence = marked("This way of paying was removed already. Nothing was changed.")


@admin_command(Permission.TAKE_PAYMENTS)
def make_usual(work: Work[AdminActor], method_id: str) -> str:
    """Charge this one from now on when none is named."""
    return _make_usual(work, method_id)


@customer_command
def make_mine_usual(work: Work[CustomerActor], method_id: str) -> str:
    """The same, by the customer's own contact, for one of theirs."""
    return _make_usual(work, method_id)


@admin_command(Permission.TAKE_PAYMENTS)
def remove_method(work: Work[AdminActor], method_id: str) -> str:
    """Never charge it again. The gateway lets it go, too, as soon as it can be reached."""
    return _remove(work, method_id)


@customer_command
def remove_my_method(work: Work[CustomerActor], method_id: str) -> str:
    """The same, by the customer's own contact, for one of theirs."""
    return _remove(work, method_id)


@system_command
def learn_method(work: Work[SystemActor], reference: str, now: Saved | None) -> str:
    """Keep what a saved way of paying has become at the gateway; None means it was let go there.

    Returns its id. NotFound if it is none that a customer saved with us.
    """
    method = _named(work, reference)
    if now is None:
        _let_go(work, method)
        return method.shown_id
    method.words = now.words[:60] or method.words
    if method.kind == Way.CARD:
        method.expires_on = now.expires_on
    return method.shown_id


@system_command
def learn_mandate(work: Work[SystemActor], now: MandateTold) -> str:
    """Keep whether a saved account may be debited any more; it stays on the list either way.

    Returns its id. NotFound if it is none that a customer saved with us.
    """
    method = _named(work, now.method)
    method.expires_on = None if now.may_debit else today(work) - timedelta(days=1)
    return method.shown_id


@system_read
def reference_of(work: Work[SystemActor], method_id: str) -> str:
    """What the gateway calls a saved way of paying."""
    return work.find(PaymentMethod, method_id).reference


def _named(work: Work[SystemActor], reference: str) -> PaymentMethod:
    """What the gateway calls so, locked."""
    wanted = select(PaymentMethod).where(PaymentMethod.reference == reference)
    found = work.exec(wanted).one_or_none()
    if found is None:
        raise NotFound
    return _lock(work, found.shown_id)


def _make_usual(work: Work[Insider], method_id: str) -> str:
    method = _lock(work, method_id)
    if method.detached_at is not None:
        raise LetGo
    _nothing_usual(work, method)
    method.is_default = True
    return method.shown_id


def _remove(work: Work[Insider], method_id: str) -> str:
    method = _lock(work, method_id)
    if method.detached_at is not None:
        return method.shown_id
    _let_go(work, method)
    owe(work, FORGET_METHOD, method.shown_id)
    return method.shown_id


def _let_go(work: Work[Insider], method: PaymentMethod) -> None:
    if method.detached_at is not None:
        return
    was_usual = method.is_default
    method.detached_at, method.is_default = clock.now(), False
    work.flush()
    if was_usual:
        _promote_next(work, method)


def _lock(work: Work[Insider], method_id: str) -> PaymentMethod:
    method = work.find(PaymentMethod, method_id)
    work.find(Customer, show(Customer.prefix, method.customer_id), lock=True)
    return work.find(PaymentMethod, method_id, lock=True)


def _nothing_usual(work: Work[Insider], method: PaymentMethod) -> None:
    """First none is the usual one, then the new one is: the database allows no two."""
    usual = select(PaymentMethod).where(
        PaymentMethod.customer_id == method.customer_id, col(PaymentMethod.is_default)
    )
    for each in work.exec(usual):
        each.is_default = False
    work.flush()


def _promote_next(work: Work[Insider], method: PaymentMethod) -> None:
    left = select(PaymentMethod).where(
        PaymentMethod.customer_id == method.customer_id, col(PaymentMethod.detached_at).is_(None)
    )
    following = work.exec(left.order_by(col(PaymentMethod.id).desc()).limit(1)).one_or_none()
    if following is not None:
        following.is_default = True
