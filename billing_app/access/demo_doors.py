"""The doors of a demo: one person for each audience, who comes in with one click."""

from __future__ import annotations

from dataclasses import dataclass

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
