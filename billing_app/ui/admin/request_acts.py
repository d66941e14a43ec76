"""What is done to a Credit Request: its draft changed, raised or deleted, and voiding it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypedDict

import reflex as rx

from billing_app.access.installation import run
from billing_app.access.work import Work
from billing_app.kernel.amounts import read_amount
from billing_app.kernel.currencies import read_currency
from billing_app.kernel.entries import read_day
from billing_app.kernel.errors import BillingError, Invalid
from billing_app.kernel.ids import new_id, show
from billing_app.services import requesting
from billing_app.services.requesting import Asks
from billing_app.ui.admin.document_letters import AdminDocumentLettersState
from billing_app.ui.admin.forms import FormState, ReasonForm
from billing_app.ui.admin.pay_link import AdminPayLinkState
from billing_app.ui.admin.request import AdminRequestState

Act = Literal["change", "raise", "delete", "void"]


class RequestForm(TypedDict):
    """What the form of a draft sends."""

    amount: str
    currency: str
    description: str
    due_on: str


class RaiseForm(TypedDict):
    """What the form that raises sends."""

    asks: str


class AdminRequestActsState(FormState, rx.State):
    """The form that is open on a Credit Request. Sent twice, it does its work once."""

    act: str = ""

    _key: str = ""

    @rx.event
    async def open_form(self, act: Act) -> None:
        """Open the form of one act, under a key of its own."""
        await self._open()
        self.act, self._key = act, show("cmd", new_id())

    @rx.event
    async def change(self, form: RequestForm) -> Any:
        """Write the draft anew, unless somebody else did since it was shown."""
        page = await self.get_state(AdminRequestState)
        request, version, locale = page.shown, page._version, page._locale

        def change(work: Work[Any]) -> str:
            currency = read_currency(form["currency"])
            return requesting.change_request(
                work,
                request,
                version=version,
                amount=read_amount(form["amount"], currency, locale).money,
                description=form["description"],
                due_on=read_day(form["due_on"], field="due_on"),
            )

        return await self._do(page, change, lambda: "The draft is saved. It asks for nothing yet.")

    @rx.event
    async def raise_it(self, form: RaiseForm) -> Any:
        """Raise the draft that is on screen, and have it ask for its money as was chosen."""
        page = await self.get_state(AdminRequestState)
        request, version, key = page.shown, page._version, self._key

        def raise_it(work: Work[Any]) -> str:
            if form["asks"] not in set(Asks):
                raise Invalid("Choose how it asks for the money.")
            return requesting.raise_request(
                work, request, version=version, asks=Asks(form["asks"]), command_key=key
            )

        done = await self._do(
            page,
            raise_it,
            lambda: f"{page.title} over {page.figures['total']} is raised. No money moved.",
        )
        if done is not None:
            await (await self.get_state(AdminPayLinkState))._read()
            await (await self.get_state(AdminDocumentLettersState))._turn_to_start()
        return done

    @rx.event
    async def delete(self) -> Any:
        """Throw the draft away."""
        page = await self.get_state(AdminRequestState)
        request = page.shown
        try:
            await run(lambda work: requesting.delete_request(work, request))
        except BillingError as refusal:
            await self._refuse(refusal)
            return None
        await self._close()
        return rx.redirect("/admin/requests?standing=draft")

    @rx.event
    async def void(self, form: ReasonForm) -> Any:
        """Void it: it keeps its number and asks for nothing any more."""
        page = await self.get_state(AdminRequestState)
        request, key = page.shown, self._key
        return await self._do(
            page,
            lambda work: requesting.void_request(
                work, request, reason=form["reason"], command_key=key
            ),
            lambda: f"{page.title} is void. It keeps its number, and no money moved.",
        )

    async def _do(
        self, page: AdminRequestState, command: Callable[[Work[Any]], str], done: Callable[[], str]
    ) -> Any:
        """Do it once, show the request as it is then, and tell what was done from that."""
        self.problem, self.wrong_field = "", ""
        try:
            await run(command)
        except BillingError as refusal:
            await self._refuse(refusal)
            return None
        await self._close()
        await page._read()
        await page._say(done(), is_good=True)
        return rx.set_focus("main")
