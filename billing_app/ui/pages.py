"""Every screen: its address, whose it is, what it shows and what it loads."""

from __future__ import annotations

import re
from collections.abc import Callable

import reflex as rx
from reflex_base.event import EventType

from billing_app.kernel.audience import Audience
from billing_app.ui import (
    choose,
    forgot,
    landing,
    mailbox,
    profile,
    sign_in,
    signed_out,
)
from billing_app.ui.admin import screens as admin_screens
from billing_app.ui.customer import home as customer_home
from billing_app.ui.customer import (
    invoice,
    invoices,
    methods,
    paid,
    pay_page,
    payment,
    payments,
    request,
    requests,
)
from billing_app.ui.customer import pay as customer_pay
from billing_app.ui.frames import screen_frame
from billing_app.ui.partner import home as partner_home
from billing_app.ui.pay import bill, outcome
from billing_app.ui.pay.ending import OutcomeState
from billing_app.ui.pay.state import PayState
from billing_app.ui.said import SaidState
from billing_app.ui.screens import Screen
from billing_app.ui.state import FrameState
from billing_app.ui.words import WordsState, say

_PARTNER, _CUSTOMER = Audience.PARTNER, Audience.CUSTOMER
_PROFILE = (profile.ProfileState.load,)


def _portal(
    route: str, title: rx.Var[str], content: Callable[[], rx.Component], load: EventType[()]
) -> Screen:
    return Screen(route, title, content, _CUSTOMER, (load,))


_FRAMED = (SaidState.listen, FrameState.enter)
_LANDING = (SaidState.listen, landing.LandingState.load)

SCREENS = (
    Screen(
        "/sign-in",
        say("Sign in"),
        sign_in.sign_in_page,
        load=(SaidState.listen, sign_in.SignInState.load),
    ),
    Screen("/forgot", say("Choose a new password"), forgot.forgot_page, load=(SaidState.listen,)),
    Screen("/enter/[token]", say("Sign in"), landing.enter_page, load=_LANDING),
    Screen("/invite/[token]", say("You are invited"), landing.invite_page, load=_LANDING),
    Screen("/reset/[token]", say("Choose a new password"), landing.reset_page, load=_LANDING),
    Screen("/pay/[token]", say("Pay"), bill.pay_page, load=(PayState.load, SaidState.listen)),
    Screen(
        "/pay/[token]/return",
        say("Your payment"),
        outcome.return_page,
        load=(OutcomeState.load,),
    ),
    Screen(
        "/choose",
        say("Choose where to go"),
        choose.choose_page,
        load=(SaidState.listen, choose.ChooseState.load),
    ),
    Screen(
        "/mailbox", "Mailbox", mailbox.mailbox_page, load=(mailbox.MailboxState.load,), in_demo=True
    ),
    Screen("/not-found", say("Not found"), signed_out.not_found),
    Screen("/expired", say("Link expired"), signed_out.link_expired),
    Screen("/error", say("Something went wrong"), signed_out.went_wrong),
    *admin_screens.SCREENS,
    Screen(
        "/partner",
        say("Your partnership"),
        partner_home.home_page,
        _PARTNER,
        (partner_home.PartnerHomeState.load,),
    ),
    Screen("/partner/profile", say("Profile"), profile.profile_page, _PARTNER, _PROFILE),
    Screen(
        "/customer",
        say("Your account"),
        customer_home.home_page,
        _CUSTOMER,
        (customer_home.CustomerHomeState.load,),
    ),
    _portal("/customer/pay", say("Pay"), pay_page.pay_page, customer_pay.CustomerPayState.load),
    _portal(
        "/customer/paid/[attempt_id]",
        say("Your payment"),
        paid.paid_page,
        paid.CustomerPaidState.load,
    ),
    _portal(
        "/customer/invoices",
        say("Invoices"),
        invoices.invoices_page,
        invoices.CustomerInvoicesState.load,
    ),
    _portal(
        "/customer/invoices/[document_id]",
        say("Invoice"),
        invoice.invoice_page,
        invoice.CustomerInvoiceState.load,
    ),
    _portal(
        "/customer/requests",
        say("Credit Requests"),
        requests.requests_page,
        requests.CustomerRequestsState.load,
    ),
    _portal(
        "/customer/requests/[document_id]",
        say("Credit Request"),
        request.request_page,
        request.CustomerRequestState.load,
    ),
    _portal(
        "/customer/payments",
        say("Payments"),
        payments.payments_page,
        payments.CustomerPaymentsState.load,
    ),
    _portal(
        "/customer/payments/[payment_id]",
        say("Receipt"),
        payment.payment_page,
        payment.CustomerPaymentState.load,
    ),
    _portal(
        "/customer/methods",
        say("Payment methods"),
        methods.methods_page,
        methods.CustomerMethodsState.load,
    ),
    Screen("/customer/profile", say("Profile"), profile.profile_page, _CUSTOMER, _PROFILE),
)

_AUDIENCE_BY_ROUTE = {
    screen.route: screen.audience.value if screen.audience else "anyone" for screen in SCREENS
}
_IN_DEMO = frozenset(screen.route for screen in SCREENS if screen.in_demo)
_WITH_ARGUMENTS = [
    (re.compile(re.sub(r"\[\w+\]", "[^/]+", route)), audience)
    for route, audience in _AUDIENCE_BY_ROUTE.items()
    if "[" in route
]


def audience_of(path: str, *, demo: bool) -> str | None:
    """Whose page is at ``path``: an audience, ``anyone``, or None where there is no page.

    One build serves demos and real installations; there, a page of the demo is nobody's.
    """
    wanted = path.rstrip("/") or "/"
    if wanted in _IN_DEMO and not demo:
        return "nobody"
    if wanted in _AUDIENCE_BY_ROUTE and "[" not in wanted:
        return _AUDIENCE_BY_ROUTE[wanted]
    return next(
        (audience for pattern, audience in _WITH_ARGUMENTS if pattern.fullmatch(wanted)), None
    )


def add_to(app: rx.App) -> None:
    """Give the app all its pages."""
    for screen in SCREENS:
        app.add_page(
            _framed(screen),
            route=screen.route,
            title=screen.title + " · Quittance",
            on_load=[WordsState.learn, *(_FRAMED if screen.audience else ()), *screen.load],
        )
    app.add_page(signed_out.not_found, route="404", title="Not found · Quittance")


def _framed(screen: Screen) -> Callable[[], rx.Component]:
    def component() -> rx.Component:
        if screen.audience is None:
            return screen.content()
        return screen_frame(screen.audience, screen.route, screen.content())

    # Reflex puts what it compiles of a page into a file of the page's own module. If that
    # were this one, every page would load the code of all.
    component.__module__ = screen.content.__module__
    return component
