"""Every screen: its address, whose it is, what it shows and what it loads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import reflex as rx
from reflex_base.event import EventType

from billing_app.kernel.audience import Audience
from billing_app.ui import profile, sign_in, signed_out
from billing_app.ui.admin import activity, customers, partners
from billing_app.ui.admin import home as admin_home
from billing_app.ui.customer import home as customer_home
from billing_app.ui.frames import screen_frame
from billing_app.ui.partner import home as partner_home
from billing_app.ui.state import FrameState


@dataclass(frozen=True)
class Screen:
    """One page. Without an audience it is for everyone."""

    route: str
    title: str
    content: Callable[[], rx.Component]
    audience: Audience | None = None
    load: tuple[EventType[()], ...] = ()


_ADMIN, _PARTNER, _CUSTOMER = Audience.ADMIN, Audience.PARTNER, Audience.CUSTOMER
_PROFILE = (profile.ProfileState.load,)

SCREENS = (
    Screen("/sign-in", "Sign in", sign_in.sign_in_page, load=(sign_in.SignInState.load,)),
    Screen("/not-found", "Not found", signed_out.not_found),
    Screen("/expired", "Link expired", signed_out.link_expired),
    Screen("/error", "Something went wrong", signed_out.went_wrong),
    Screen("/admin", "Home", admin_home.home_page, _ADMIN, (admin_home.AdminHomeState.load,)),
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


def audience_of(path: str) -> str | None:
    """Whose page is at ``path``: an audience, ``anyone``, or None where there is no page."""
    return _AUDIENCE_BY_ROUTE.get(path.rstrip("/") or "/")


def add_to(app: rx.App) -> None:
    """Give the app all its pages."""
    for screen in SCREENS:
        app.add_page(
            _framed(screen),
            route=screen.route,
            title=f"{screen.title} · Quittance",
            on_load=[FrameState.enter, *screen.load] if screen.audience else list(screen.load),
        )
    app.add_page(signed_out.not_found, route="404", title="Not found · Quittance")


def _framed(screen: Screen) -> Callable[[], rx.Component]:
    def component() -> rx.Component:
        if screen.audience is None:
            return screen.content()
        return screen_frame(screen.audience, screen.route, screen.content())

    return component
