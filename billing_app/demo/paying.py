"""The demo's customers pay, once the server answers: by the pages that anybody can open.

Each goes the way of a person with a browser: the pay link, its button, the page of the
simulated Stripe, and back. Ada charges what one of them saved.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, TypeVar

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, DoorActor, Member
from billing_app.access.demo_doors import DEMO_DOORS, DemoDoor
from billing_app.access.guard import admin_read
from billing_app.access.installation import Installation, work_now
from billing_app.access.sessions import end_session, find_session, open_session
from billing_app.access.work import Work
from billing_app.collecting.gateway import has_gateway
from billing_app.collecting.pages import PageAsked, come_back, pay_on_page
from billing_app.collecting.saved import ChargeAsked, charge_saved
from billing_app.demo.browsing import Browser
from billing_app.demo.charging import Wishes
from billing_app.demo.giving_back import bill_what_is_disputed, give_some_back
from billing_app.demo.hush import hushed, wait_until
from billing_app.demo.transferring import Remittances
from billing_app.kernel.errors import BillingError
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.money import Money
from billing_app.kernel.session_header import hashed
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer
from billing_app.reads.letters import letters
from billing_app.reads.pay_links import pay_link
from billing_app.services import delivering, linking
from billing_app.services.paying import Part

log = logging.getLogger("quittance.demo")

T = TypeVar("T")

_ADA, _CLEO, _ = DEMO_DOORS
_TO_TRY = (
    ("Marsh Design", "AUD", "in Australian dollars, by card or direct debit"),
    ("Kestrel Logistics", "EUR", "in euros, by bank transfer too"),
)
_TAKES_NO_LETTERS = "accounts@tidewater.example"
_VISA, _DECLINED = "4242424242424242", "4000000000000002"
_DISPUTED = "4000000000000259"


@dataclass(frozen=True)
class ToTry:
    """A pay link that is left for whoever tries the demo, and how it can be paid."""

    words: str
    url: str


def everybody_pays(place: Installation) -> list[ToTry]:
    """Let them pay, the first time the demo is served; returns the pay links that are left to try.

    A demo that speaks to another Stripe, or to none, or whose people are not there, is let be.
    """
    if not (place.settings.simulates_stripe and has_gateway(place)):
        return []
    try:
        with hushed():
            return _as(place, _ADA, lambda ada: _Street(place, ada).live_through())
    except (BillingError, OSError, HTTPException) as trouble:
        # What a visitor finds is poorer by some payments, and right all the same.
        log.warning("The demo's customers could not pay: %s", trouble)
        return []


class _Street:
    """Those who pay today, each at their own browser, and Ada at her desk."""

    def __init__(self, place: Installation, ada: Member) -> None:
        assert isinstance(ada, AdminActor), "the door is an admin's"
        self._place = place
        self._ada = ada
        self._browser = Browser(place.settings.public_url)

    def live_through(self) -> list[ToTry]:
        """Pay in every way once, unless that was done before; returns what is left to pay."""
        if not self._did_somebody_pay():
            self._pay_in_every_way()
        return [
            ToTry(words, f"{self._place.settings.public_url}{path}")
            for name, currency, words in _TO_TRY
            for document in self._open_documents(name, currency)[:1]
            if (path := self._path(document))
        ]

    def _pay_in_every_way(self) -> None:
        marsh = self._open_documents("Marsh Design")
        self._pay(marsh[0], "card", _DECLINED, amount="150.00")
        for bellweather in self._open_documents("Bellweather Coworking"):
            self._pay(bellweather, "au_becs_debit", "000123456", way="direct_debit")
        for adeyemi in self._open_documents("Adeyemi Family"):
            self._pay(adeyemi, "card", _VISA, amount="60.00")
        give_some_back(self._place, self._ada)
        self._pay(bill_what_is_disputed(self._place, self._ada), "card", _DISPUTED)
        self._leave_a_card(marsh[0])
        self._charge(marsh[0])
        Wishes(self._place, self._ada, self._browser).live_through()
        Remittances(self._place, self._ada, self._browser).live_through()
        wait_until(self._have_all_letters_left)
        self._note_what_came_back()

    def _pay(
        self, document: str, kind: str, number: str, *, amount: str = "", way: str = "card"
    ) -> None:
        """Press Pay behind the link, fill in the page, and come back. After a no, try a Visa."""
        much = {"much": "other", "amount": amount} if amount else {"much": "all"}
        page = self._browser.post(self._path(document), way=way, **much)
        back = self._browser.submit(page, kind, number)
        if number == _DECLINED:
            back = self._browser.submit(page, kind, _VISA)
        self._browser.visit(back)

    def _leave_a_card(self, document: str) -> None:
        """Cleo pays a little from her own account, and agrees to leave her card there."""
        home = f"{self._place.settings.public_url}/customer"
        asked = PageAsked(
            customer_id=Customer.read_id(self._payer_of(document)),
            parts=(Part(document, Money(2_000, "AUD")),),
            saves=True,
            begun_by="contact",
            back=f"{home}?s={{session}}",
            given_up=home,
        )
        page = _as(self._place, _CLEO, lambda cleo: pay_on_page(self._place, cleo, asked))
        back = self._browser.submit(page, "card", _VISA, save="yes")
        come_back(self._place, self._ada.organization_id, back.rpartition("=")[2])

    def _charge(self, document: str) -> None:
        """Ada charges what is left of it to the card that Cleo left."""
        asked = ChargeAsked(
            attempt_id=show(PaymentAttempt.prefix, new_id()),
            customer_id=self._payer_of(document),
            parts=(Part(document),),
        )
        charge_saved(self._place, self._ada, asked)

    def _have_all_letters_left(self) -> bool:
        page = self._look(letters)
        return all(row.status != "waiting" for row in page.rows)

    def _note_what_came_back(self) -> None:
        """Ada has an answer in her own mailbox: the school's new address takes no letters."""
        found = self._look(lambda work: letters(work, search=_TAKES_NO_LETTERS)).rows
        last = next((row.id for row in found if row.can_come_back), "")
        if last:
            work_now(
                self._ada, self._place.database, lambda work: delivering.mark_bounced(work, last)
            )

    def _open_documents(self, name: str, currency: str = "AUD") -> list[str]:
        """What a customer still has to pay, in the order in which it was asked for."""

        def read(work: Work[AdminActor]) -> list[str]:
            customer = work.exec(select(Customer).where(Customer.name == name)).one()
            return [
                document.shown_id
                for kind in (Invoice, CreditRequest)
                for document in work.exec(
                    select(kind)
                    .where(kind.customer_id == customer.id, kind.still_to_pay_minor > 0)
                    .where(kind.currency == currency)
                    .order_by(col(kind.id))
                )
            ]

        return self._look(read)

    def _payer_of(self, invoice_id: str) -> str:
        """Whose invoice it is."""

        def read(work: Work[AdminActor]) -> str:
            whose = work.find(Invoice, invoice_id).customer_id
            assert whose is not None, "a customer's invoice"
            return show(Customer.prefix, whose)

        return self._look(read)

    def _did_somebody_pay(self) -> bool:
        one = select(PaymentAttempt.id).limit(1)
        return self._look(lambda work: work.exec(one).first() is not None)

    def _path(self, document: str) -> str:
        """The path of a document's pay link, which Ada makes if there is none."""
        work_now(
            self._ada, self._place.database, lambda work: linking.make_pay_link(work, document)
        )
        link = work_now(self._ada, self._place.database, lambda work: pay_link(work, document))
        assert link is not None, "it was just made"
        return link.path

    def _look(self, read: Callable[[Work[Any]], T]) -> T:
        return work_now(self._ada, self._place.database, admin_read()(read))


def _as(place: Installation, door: DemoDoor, does: Callable[[Member], T]) -> T:
    """Sign one of the demo's people in, let them act, and sign them out."""
    token = work_now(
        DoorActor(),
        place.database,
        lambda work: open_session(work, email=door.email, audience=door.audience, replacing=None),
    )
    found = work_now(DoorActor(), place.database, lambda work: find_session(work, hashed(token)))
    assert found is not None, "a session that was just opened"
    try:
        return does(found.actor)
    finally:
        work_now(DoorActor(), place.database, lambda work: end_session(work, hashed(token)))
