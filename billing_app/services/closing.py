"""Closing Credit Requests from credit that is there. It moves nothing: no posting, no new lot.

A request asks for credit, so paying it from credit would go round in a circle. Where the
setting wants it, the request is closed because the customer has the credit already. Each lot
closes requests up to what is left of it once, so that one sum never answers two requests.
"""

from __future__ import annotations

from uuid import UUID

from sqlmodel import col, func, select

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.guard import admin_command, command_step
from billing_app.access.kept import is_it
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.errors import NotFound
from billing_app.kernel.failpoints import reach
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.money import Money
from billing_app.kernel.refusals import NotPayable
from billing_app.ledger.days import today
from billing_app.models.credit import CreditRequest
from billing_app.models.party import Customer
from billing_app.models.payment import Allocation
from billing_app.services.allocating import use_credit
from billing_app.services.crediting import NoCredit, SettingOff
from billing_app.services.lots import Share, Unused, unused_credit
from billing_app.services.naming import named
from billing_app.services.organizing import settings_of
from billing_app.services.repeating import once, remember


@admin_command(Permission.TAKE_PAYMENTS)
def pay_request_from_credit(
    work: Work[AdminActor],
    request_id: str,
    *,
    amount: Money | None = None,
    command_key: str = "",
) -> str:
    """Close a credit request, or a part of it, because the customer has the credit already.

    It goes with 'Automatically mark Credit Requests paid' and is refused while that is off.
    """
    first = once(work, command_key, "pay_request_from_credit", [request_id, amount])
    if first is not None:
        return first
    customer, request = lock_request(work, request_id)
    if not settings_of(work).apply_credit_to_requests:
        raise SettingOff("Automatically mark Credit Requests paid")
    _refuse_unpayable(request)
    unused = _not_spoken_for(work, customer, request.currency)
    if not unused.shares:
        raise NoCredit(customer.name, request.currency)
    _close(work, request, unused, unused.share_of(request, amount))
    remember(work, command_key, request.shown_id)
    return request.shown_id


@command_step
def close_at_raise(work: Work[Clerk], customer: Customer, request: CreditRequest) -> None:
    """Close a request that is being raised as far as there is credit, if the setting is on."""
    if not settings_of(work).apply_credit_to_requests:
        return
    unused = _not_spoken_for(work, customer, request.currency)
    share = unused.share_of(request)
    if share:
        _close(work, request, unused, share)


@command_step
def lock_request(work: Work[Clerk], request_id: str) -> tuple[Customer, CreditRequest]:
    """A credit request and whose it is, locked: the customer first."""
    given = {"id": CreditRequest.read_id(request_id)}
    customer_id = work.exec(_CUSTOMER, params=given).one_or_none()
    if customer_id is None:
        raise NotFound
    customer = work.find(Customer, show(Customer.prefix, customer_id), lock=True)
    return customer, work.find(CreditRequest, request_id, lock=True)


def _refuse_unpayable(request: CreditRequest) -> None:
    if request.state == "draft":
        raise NotPayable(f"{named(request)} is a draft; raise it first.")
    if request.state == "void":
        raise NotPayable(f"{named(request)} is void.")
    if not request.still_to_pay_minor:
        raise NotPayable(f"{named(request)} has nothing still to pay.")


def _not_spoken_for(work: Work[Clerk], customer: Customer, currency: str) -> Unused:
    """The unused credit that has not closed another request already."""
    unused = unused_credit(work, customer.id, currency)
    spoken_for: dict[UUID | None, int] = {}
    for back, sign in ((False, 1), (True, -1)):
        reversal = col(Allocation.reverses_id)
        closed = (
            select(col(Allocation.lot_id), func.sum(Allocation.amount_minor))
            .where(
                col(Allocation.lot_id).in_([share.lot.id for share in unused.shares]),
                col(Allocation.credit_request_id).is_not(None),
                reversal.is_not(None) if back else reversal.is_(None),
            )
            .group_by(col(Allocation.lot_id))
        )
        for lot_id, minor in work.exec(closed):
            spoken_for[lot_id] = spoken_for.get(lot_id, 0) + sign * int(minor)
    free = [
        Share(share.lot, share.amount - Money(spoken_for.get(share.lot.id, 0), currency))
        for share in unused.shares
    ]
    return Unused(currency, [share for share in free if share.amount.minor > 0])


def _close(work: Work[Clerk], request: CreditRequest, unused: Unused, amount: Money) -> None:
    taken, _ = unused.take(amount)
    use_credit(work, taken, request, act_id=new_id(), on=today(work))
    reach("closing.allocated")
    request.still_to_pay_minor -= amount.minor
    work.flush()
    reach("closing.closed")


_CUSTOMER = select(CreditRequest.customer_id).where(is_it(CreditRequest.id))
