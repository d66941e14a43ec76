"""Charging a way of paying that a customer saved, while they are away."""

from __future__ import annotations

from dataclasses import dataclass, replace

from billing_app.access.actors import AdminActor, SystemActor
from billing_app.access.installation import Installation, work_now
from billing_app.access.work import Work
from billing_app.collecting.gateway import gateway_of
from billing_app.collecting.room import making_room
from billing_app.collecting.settling import settle
from billing_app.gateways.payments import PaymentGateway
from billing_app.gateways.refusals import Crowded, GatewayRefusal, KeyRefused, Unclear
from billing_app.kernel.failpoints import reach
from billing_app.kernel.refusals import NotPayable
from billing_app.services import asking, attempting, settling
from billing_app.services.asking import Begun
from billing_app.services.paying import Part

_NOT_REACHED = (
    "The payment provider cannot be reached right now. Nothing was charged; please try again in a"
    " moment."
)
_NO_ANSWER = (
    "The payment provider gave no answer, so it is not known yet whether money moved. It is being"
    " asked about; please do not charge this again meanwhile."
)


@dataclass(frozen=True, kw_only=True)
class ChargeAsked:
    """What is to be charged, and to which saved way of paying; empty means the usual one."""

    attempt_id: str
    customer_id: str
    parts: tuple[Part, ...]
    payment_method_id: str = ""
    retry_of_id: str = ""
    command_key: str = ""


def charge_saved(place: Installation, actor: AdminActor, asked: ChargeAsked) -> str:
    """Charge a saved way of paying; returns the attempt's id, which tells what came of it.

    Sending the same again charges nothing again. When the provider's answer is lost, nobody
    knows yet: the attempt says so, and is asked about until it is known.
    """
    gateway = gateway_of(place)
    attempt_id = making_room(
        place, actor, lambda: work_now(actor, place.database, lambda work: _begin(work, asked))
    )
    system = SystemActor(organization_id=actor.organization_id)
    begun = work_now(system, place.database, lambda work: asking.begun(work, attempt_id))
    if begun.state == "created" and not begun.payment:
        charge(place, system, gateway, begun)
    return attempt_id


def issue_and_charge(
    place: Installation, actor: AdminActor, invoice_id: str, asked: ChargeAsked
) -> str:
    """'Issue and charge': issue a draft, then charge what is still to pay on it.

    It is refused, and stays a draft, if there is nothing saved that could be charged. Once it
    is issued it stays so, whatever the bank says. Returns the attempt's id; empty if credit
    paid all of it.
    """
    gateway_of(place)
    work_now(
        actor,
        place.database,
        lambda work: attempting.issue_to_charge(
            work,
            invoice_id,
            payment_method_id=asked.payment_method_id,
            command_key=asked.command_key and f"{asked.command_key}:issue",
        ),
    )
    try:
        return charge_saved(place, actor, replace(asked, parts=(Part(invoice_id),)))
    except NotPayable:
        return ""


def _begin(work: Work[AdminActor], asked: ChargeAsked) -> str:
    return attempting.begin_charge(
        work,
        asked.attempt_id,
        customer_id=asked.customer_id,
        parts=asked.parts,
        payment_method_id=asked.payment_method_id,
        retry_of_id=asked.retry_of_id,
        command_key=asked.command_key,
    )


def charge(place: Installation, system: SystemActor, gateway: PaymentGateway, begun: Begun) -> None:
    """Charge what was begun.

    Prepare, note what the gateway calls it, then charge: so that its truth can be asked for.
    KeyRefused leaves what was begun by itself as it is, to be gone on with once the key is right.
    """
    reach("charge.begun")
    attempt_id = begun.asked.attempt
    try:
        payment = gateway.begin_charge(begun.asked, method=begun.method)
        reach("charge.prepared")
        goes_on = work_now(
            system,
            place.database,
            lambda work: settling.note_sent(work, attempt_id, "prepare", payment=payment),
        )
    except (Crowded, Unclear) as trouble:
        if begun.by_itself and isinstance(trouble, KeyRefused):
            raise
        _note(place, system, attempt_id, "canceled", "unreached", _NOT_REACHED)
        return
    except GatewayRefusal as refusal:
        _note(place, system, attempt_id, "failed", refusal.code, refusal.sentence)
        return
    if goes_on:
        _confirm(place, system, gateway, begun, payment)


def _confirm(
    place: Installation,
    system: SystemActor,
    gateway: PaymentGateway,
    begun: Begun,
    payment: str,
) -> None:
    attempt_id = begun.asked.attempt
    try:
        told = gateway.confirm_charge(attempt_id, payment, payer_is_there=begun.payer_is_there)
    except (Crowded, Unclear):
        _note(place, system, attempt_id, "unknown", "no_answer", _NO_ANSWER, payment)
        return
    except GatewayRefusal as refusal:
        _note(place, system, attempt_id, "failed", refusal.code, refusal.sentence, payment)
        return
    reach("charge.answered")
    settle(place, system.organization_id, told, source="submission", about="charge")


def _note(
    place: Installation,
    system: SystemActor,
    attempt_id: str,
    state: str,
    code: str,
    sentence: str,
    payment: str = "",
) -> None:
    work_now(
        system,
        place.database,
        lambda work: settling.note_trouble(
            work, attempt_id, "charge", state=state, code=code, sentence=sentence, known=payment
        ),
    )
