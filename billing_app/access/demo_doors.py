"""The doors of a demo: one person for each audience, who comes in with one click.

What is written here is public, so it is of use in a demo only, which answers this machine
alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from billing_app.config import Settings
from billing_app.kernel.audience import Audience


@dataclass(frozen=True)
class DemoDoor:
    """A named person of the demo, and what they are there."""

    name: str
    person: str
    email: str
    audience: Audience


DEMO_DOORS = (
    DemoDoor("ada", "Ada Okafor", "ada@harbour.example", Audience.ADMIN),
    DemoDoor("cleo", "Cleo Marsh", "cleo@marsh-design.example", Audience.CUSTOMER),
    DemoDoor("pat", "Pat Lindqvist", "pat@northside.example", Audience.PARTNER),
)

# The one by whom a demo is told from a real installation: no document names him, no letter
# reaches him, and he is there before anything that is public, such as Ada's password.
NEIGHBOUR = DemoDoor("otto", "Otto Reinholt", "otto@kiln-works.example", Audience.ADMIN)

ADAS_PASSWORD = "seven boats come home at dusk"


def ways_in(settings: Settings) -> str:
    """How to come in as each audience, and what else is there, for whoever started the demo."""
    ada, cleo, pat = DEMO_DOORS
    stripe = f"  Its Stripe:     {settings.stripe_api_base}/\n" if settings.simulates_stripe else ""
    return f"""
  With one click: {ada.person} runs the workspace, {cleo.person} is a customer,
                  {pat.person} is a partner.
  By password:    {ada.email} with: {ADAS_PASSWORD}
  By letter:      ask for a link as {cleo.email} or {pat.email}
  Every letter:   {settings.public_url}/mailbox
{stripe}"""
