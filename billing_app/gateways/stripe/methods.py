"""Customers as Stripe knows them, and the ways of paying that they left there."""

from __future__ import annotations

from collections.abc import Sequence

import stripe

from billing_app.gateways.payments import Asked, MandateTold, Payer, Saved
from billing_app.gateways.refusals import Crowded, GatewayRefusal
from billing_app.gateways.stripe.failures import NOT_KNOWN
from billing_app.gateways.stripe.instruments import method_of, saved_of
from billing_app.gateways.stripe.line import Line, reference

_MOST = 100


def know_payer(line: Line, payer: Payer) -> str:
    """Make a customer known, and tell what they are called now.

    They are made from our ids alone and named in a second step: a key stands for one request,
    and people change their names and addresses.
    """
    known = payer.reference or _known(line, payer.organization, payer.customer, payer.customer)
    params: stripe.params.CustomerUpdateParams = {"name": payer.name}
    if payer.email:
        params["email"] = payer.email
    line.ask(lambda: line.v1.customers.update(known, params))
    return known


def know_nobody(line: Line, asked: Asked) -> str:
    """A customer without a name for one attempt, where Stripe wants one and we tell nothing."""
    return _known(line, asked.organization, asked.customer, asked.attempt)


def saved_by(line: Line, payer: str) -> Sequence[Saved]:
    """What a customer agreed to leave with Stripe."""
    found = line.each(lambda: line.v1.customers.payment_methods.list(payer, {"limit": _MOST}))
    return [saved for method in found if (saved := saved_of(method)) is not None]


def look_at_method(line: Line, method: str) -> Saved | None:
    """A method as it is now. One that was detached can be looked at, and never used again."""
    return method_of(line.ask(lambda: line.v1.payment_methods.retrieve(method)))


def look_at_mandate(line: Line, mandate: str) -> MandateTold:
    """A mandate that is pending may become active by itself; one that is inactive is over."""
    told = line.ask(lambda: line.v1.mandates.retrieve(mandate))
    return MandateTold(reference(told.payment_method), told.status != "inactive")


def forget(line: Line, method: str) -> None:
    """Let a saved method go. Stripe refuses that for one that is gone, which is fine."""
    try:
        # No key: doing it twice comes to the same.
        line.ask(lambda: line.v1.payment_methods.detach(method))
    except Crowded:
        raise
    except GatewayRefusal:
        if not _is_gone(line, method):
            raise


def _known(line: Line, organization: str, customer: str, key: str) -> str:
    ours = {"organization": organization, "customer": customer}
    made = line.ask(
        lambda: line.v1.customers.create({"metadata": ours}, {"idempotency_key": f"cus:{key}"})
    )
    return made.id


def _is_gone(line: Line, method: str) -> bool:
    try:
        return line.ask(lambda: line.v1.payment_methods.retrieve(method)).customer is None
    except GatewayRefusal as refusal:
        return refusal.code == NOT_KNOWN
