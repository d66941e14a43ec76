"""Stripe as a payment gateway of ours: what is promised there, each thing done in its own file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from billing_app.config import Secret, Settings
from billing_app.gateways.news import News, TransferTold
from billing_app.gateways.payments import (
    Asked,
    DisputeTold,
    MandateTold,
    Page,
    Payer,
    RefundTold,
    Saved,
    Told,
    Way,
)
from billing_app.gateways.stripe import (
    disputes,
    instruments,
    methods,
    money,
    news,
    pages,
    payments,
    refunds,
    transfers,
)
from billing_app.gateways.stripe.failures import is_for_good
from billing_app.gateways.stripe.line import TIMEOUT_S, Line
from billing_app.kernel.money import Money

_LIVE = ("sk_live_", "rk_live_")


class StripeGateway:
    """One Stripe account. Its calls block, and any number of threads may make them."""

    def __init__(
        self,
        key: Secret,
        api_base: str,
        webhook_secrets: Sequence[Secret],
        *,
        live: bool,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.live = live
        self._secrets = tuple(webhook_secrets)
        self._line = Line(key, api_base, timeout_s=timeout_s)

    def takes(self, amount: Money) -> bool:
        """Whether Stripe has a name for the amount, and it is not below the least it charges."""
        return money.can_charge(amount)

    def is_for_good(self, code: str) -> bool:
        """Whether a bank that answered with this code is asked again in vain."""
        return is_for_good(code)

    def ways(self, currency: str) -> Sequence[Way]:
        """Cards, and the debit and the transfer that Stripe has in that currency."""
        return instruments.ways(currency)

    def know_payer(self, payer: Payer) -> str:
        """Stripe's name for a customer of ours, made once and named as they are named now."""
        return methods.know_payer(self._line, payer)

    def open_page(
        self, asked: Asked, *, saves: bool, back: str, closes_at: datetime, given_up: str
    ) -> Page:
        """A page that takes this one way of paying, and closes half an hour from now or later."""
        return pages.open_page(
            self._line, asked, saves=saves, back=back, closes_at=closes_at, given_up=given_up
        )

    def look_at_page(self, session: str) -> Page:
        """How a page stands now."""
        return pages.look_at_page(self._line, session)

    def close_page(self, session: str) -> Page:
        """Close a page, unless it was completed first."""
        return pages.close_page(self._line, session)

    def begin_charge(self, asked: Asked, *, method: str) -> str:
        """Prepare a charge; its name is known before any money moves."""
        return payments.begin_charge(self._line, asked, method=method)

    def confirm_charge(self, attempt: str, payment: str, *, payer_is_there: bool = False) -> Told:
        """Charge what was prepared."""
        return payments.confirm_charge(self._line, attempt, payment, payer_is_there=payer_is_there)

    def look_at_payment(self, payment: str) -> Told:
        """How a payment stands now."""
        return payments.look_at_payment(self._line, payment)

    def cancel_payment(self, payment: str) -> Told:
        """Give a payment up, unless it is too late for that."""
        return payments.cancel_payment(self._line, payment)

    def find_payment(self, attempt: str, *, payer: str, since: datetime) -> Told | None:
        """The payment that carries our id of the attempt."""
        return payments.find_payment(self._line, attempt, payer=payer, since=since)

    def look_at_transfer(self, payer: str, reference: str) -> TransferTold | None:
        """A transfer that arrived for a payer."""
        return transfers.look_at_transfer(self._line, payer, reference)

    def begin_taking(self, asked: Asked) -> str:
        """Prepare to take what a payer transferred."""
        return transfers.begin_taking(self._line, asked)

    def take_transferred(self, payment: str) -> Told:
        """Take what a payer transferred."""
        return transfers.take_transferred(self._line, payment)

    def untaken(self, payer: str) -> Sequence[Money]:
        """What a payer transferred and nobody took."""
        return transfers.untaken(self._line, payer)

    def look_at_method(self, method: str) -> Saved | None:
        """A card or account as it is now; None once it is nobody's any more."""
        return methods.look_at_method(self._line, method)

    def look_at_mandate(self, mandate: str) -> MandateTold:
        """Whether an account may be debited any more."""
        return methods.look_at_mandate(self._line, mandate)

    def saved_by(self, payer: str) -> Sequence[Saved]:
        """The cards and accounts whose owner agreed to their being kept."""
        return methods.saved_by(self._line, payer)

    def forget(self, method: str) -> None:
        """Let a saved card or account go."""
        methods.forget(self._line, method)

    def refund(self, refund: str, *, organization: str, payment: str, amount: Money) -> RefundTold:
        """Give money back to the card or account that it came from."""
        return refunds.refund(
            self._line, refund, organization=organization, payment=payment, amount=amount
        )

    def look_at_refund(self, reference: str) -> RefundTold:
        """How a refund stands now."""
        return refunds.look_at_refund(self._line, reference)

    def find_refund(self, refund: str, *, payment: str) -> RefundTold | None:
        """The refund of a payment that carries our id."""
        return refunds.find_refund(self._line, refund, payment=payment)

    def refunds_since(self, moment: datetime) -> Iterator[RefundTold]:
        """Every refund of the account since then, made by us or at Stripe itself."""
        return refunds.refunds_since(self._line, moment)

    def look_at_dispute(self, reference: str) -> DisputeTold:
        """How a dispute stands now."""
        return disputes.look_at_dispute(self._line, reference)

    def hear(self, body: bytes, signature: str) -> News:
        """News that was signed with one of our secrets; without any, none is believed."""
        return news.hear(self._line, body, signature, self._secrets)

    def news_since(self, moment: datetime) -> Iterator[News]:
        """What Stripe kept of the news that we follow; it keeps them for thirty days."""
        return news.news_since(self._line, moment)

    def payments_since(self, moment: datetime) -> Iterator[Told]:
        """Every payment of the account since then, ours or not."""
        return payments.payments_since(self._line, moment)


def connect_stripe(settings: Settings) -> StripeGateway | None:
    """The account of the settings; None without a key.

    While a webhook secret is being changed the settings hold both, with a comma between them.
    """
    key = settings.stripe_secret_key
    if not key:
        return None
    secrets = re.split(r"[,\s]+", settings.stripe_webhook_secret.reveal())
    return StripeGateway(
        key,
        settings.stripe_api_base,
        [Secret(secret) for secret in secrets if secret],
        live=key.reveal().startswith(_LIVE),
    )
