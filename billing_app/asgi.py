"""What a server runs: the application with its routes inside, the edge around it all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.types import ASGIApp

from billing_app.access.installation import at_the_door, install
from billing_app.access.sessions import find_session
from billing_app.api import (
    bundles,
    credentials,
    exports,
    health,
    logo,
    logs,
    own_paying,
    own_sessions,
    papers,
    pay,
    sign_in,
    stripe_webhook,
)
from billing_app.api.edge import Edge
from billing_app.billing_app import app
from billing_app.config import Settings
from billing_app.jobs.worker import runner_beside
from billing_app.serving.build import built_html_dir, script_hashes
from billing_app.ui import pages, policy

if TYPE_CHECKING:
    from billing_app.simulated_stripe.app import SimulatedStripe

_STRIPE_WEBHOOK = "/webhooks/stripe"


def application(settings: Settings) -> ASGIApp:
    """Make the application for one installation."""
    logs.write_to_standard_error(only_trouble=settings.demo)
    install(settings)
    app.api_transformer = Starlette(
        routes=[
            *health.routes(),
            *sign_in.routes(demo=settings.demo),
            *credentials.routes(),
            *own_sessions.routes(),
            *pay.routes(),
            *own_paying.routes(),
            *bundles.routes(),
            *papers.routes(),
            *logo.routes(),
            *exports.routes(),
            *stripe_webhook.routes(_STRIPE_WEBHOOK),
        ]
    )
    app.register_lifespan_task(runner_beside)
    stripe = _simulated_stripe(settings)
    edge = Edge(
        app(),
        settings=settings,
        screen_audience=partial(pages.audience_of, demo=settings.demo),
        session_audience=_audience_behind,
        events=policy.browser_events,
        script_hashes=tuple(script_hashes()),
        not_found=built_html_dir() / "not-found" / "index.html",
        exempt=frozenset({_STRIPE_WEBHOOK}),
        pictures=frozenset({logo.ADDRESS}),
    )
    return stripe.before(edge) if stripe else edge


def _simulated_stripe(settings: Settings) -> SimulatedStripe | None:
    """A demo's own Stripe, which a real installation does not even import."""
    if not settings.simulates_stripe:
        return None
    from billing_app.simulated_stripe.app import SimulatedStripe

    stripe = SimulatedStripe(settings, webhook_path=_STRIPE_WEBHOOK)
    app.register_lifespan_task(stripe.beside())
    return stripe


async def _audience_behind(token_hash: str) -> str | None:
    found = await at_the_door(lambda work: find_session(work, token_hash))
    return found.actor.audience if found else None
