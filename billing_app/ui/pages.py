"""Every screen: its address, whose it is, what it shows and what it loads."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

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
    step_up,
)
from billing_app.ui.admin import (
    activity,
    alarms,
    customers,
    letters,
    partners,
    party,
    settings,
    users,
)
from billing_app.ui.admin import home as admin_home
from billing_app.ui.customer import home as customer_home
from billing_app.ui.frames import screen_frame
from billing_app.ui.partner import home as partner_home
from billing_app.ui.pay import bill, outcome
from billing_app.ui.pay.state import PayState
from billing_app.ui.said import SaidState
from billing_app.ui.state import FrameState


@dataclass(frozen=True)
class Screen:
    """One page. Without an audience it is for everyone.

    A part of the route in brackets, as in ``/enter/[token]``, stands for any one word.
    A page ``in_demo`` is not there in a real installation. A title may be known only once
    the page is loaded.
    """

    route: str
    title: str | rx.Var[str]
    content: Callable[[], rx.Component]
    audience: Audience | None = None
    load: tuple[EventType[()], ...] = ()
    in_demo: bool = False


_ADMIN, _PARTNER, _CUSTOMER = Audience.ADMIN, Audience.PARTNER, Audience.CUSTOMER
_PROFILE = (profile.ProfileState.load,)
_FRAMED = (SaidState.listen, FrameState.enter)
_LANDING = (SaidState.listen, landing.LandingState.load)

SCREENS = (
    Screen(
        "/sign-in",
        "Sign in",
        sign_in.sign_in_page,
        load=(SaidState.listen, sign_in.SignInState.load),
    ),
    Screen("/forgot", "Choose a new password", forgot.forgot_page, load=(SaidState.listen,)),
    Screen("/enter/[token]", "Sign in", landing.enter_page, load=_LANDING),
    Screen("/invite/[token]", "You are invited", landing.invite_page, load=_LANDING),
    Screen("/reset/[token]", "Choose a new password", landing.reset_page, load=_LANDING),
    Screen("/pay/[token]", "Pay", bill.pay_page, load=(SaidState.listen, PayState.load)),
    Screen(
        "/pay/[token]/return",
        "Your payment",
        outcome.return_page,
        load=(outcome.OutcomeState.load,),
    ),
    Screen(
        "/choose",
        "Choose where to go",
        choose.choose_page,
        load=(SaidState.listen, choose.ChooseState.load),
    ),
    Screen(
        "/mailbox", "Mailbox", mailbox.mailbox_page, load=(mailbox.MailboxState.load,), in_demo=True
    ),
    Screen("/not-found", "Not found", signed_out.not_found),
    Screen("/expired", "Link expired", signed_out.link_expired),
    Screen("/error", "Something went wrong", signed_out.went_wrong),
    Screen(
        "/admin",
        "Home",
        admin_home.home_page,
        _ADMIN,
        (admin_home.AdminHomeState.load, alarms.AdminAlarmsState.load),
    ),
    Screen(
        "/admin/customers",
        "Customers",
        customers.customers_page,
        _ADMIN,
        (customers.AdminCustomersState.load,),
    ),
    Screen(
        "/admin/partners",
        "Partners",
        partners.partners_page,
        _ADMIN,
        (partners.AdminPartnersState.load,),
    ),
    Screen(
        "/admin/activity",
        "Activity",
        activity.activity_page,
        _ADMIN,
        (activity.AdminActivityState.load,),
    ),
    Screen(
        "/admin/customers/[party]",
        party.title(party.AdminCustomerState, "Customer"),
        party.customer_page,
        _ADMIN,
        (party.AdminCustomerState.load,),
    ),
    Screen(
        "/admin/partners/[party]",
        party.title(party.AdminPartnerState, "Partner"),
        party.partner_page,
        _ADMIN,
        (party.AdminPartnerState.load,),
    ),
    Screen(
        "/admin/users",
        "Users",
        users.users_page,
        _ADMIN,
        (users.AdminUsersState.load, alarms.AdminAlarmsState.load),
    ),
    Screen(
        "/admin/settings",
        "Settings",
        settings.settings_page,
        _ADMIN,
        (settings.AdminSettingsState.load,),
    ),
    Screen("/step-up", "Your password", step_up.step_up_page, _ADMIN, (step_up.StepUpState.load,)),
    Screen(
        "/admin/letters",
        "Letters",
        letters.letters_page,
        _ADMIN,
        (letters.AdminLettersState.load,),
    ),
    Screen("/admin/profile", "Profile", profile.profile_page, _ADMIN, _PROFILE),
    Screen(
        "/partner",
        "Your partnership",
        partner_home.home_page,
        _PARTNER,
        (partner_home.PartnerHomeState.load,),
    ),
    Screen("/partner/profile", "Profile", profile.profile_page, _PARTNER, _PROFILE),
    Screen(
        "/customer",
        "Your account",
        customer_home.home_page,
        _CUSTOMER,
        (customer_home.CustomerHomeState.load,),
    ),
    Screen("/customer/profile", "Profile", profile.profile_page, _CUSTOMER, _PROFILE),
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
            on_load=[*(_FRAMED if screen.audience else ()), *screen.load],
        )
    app.add_page(signed_out.not_found, route="404", title="Not found · Quittance")


def _framed(screen: Screen) -> Callable[[], rx.Component]:
    def component() -> rx.Component:
        if screen.audience is None:
            return screen.content()
        return screen_frame(screen.audience, screen.route, screen.content())

    return component
