"""The first thing that admins see: how money stands, what waits for somebody, what happened."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import select

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.models.books import OrganizationProfile
from billing_app.models.invoice import Invoice
from billing_app.reads.admin import Home, home
from billing_app.reads.ages import Receivables, receivables
from billing_app.reads.collected import Collected, collected
from billing_app.reads.exceptions import open_exceptions


@dataclass(frozen=True)
class FirstSteps:
    """What is to be done before there is anything to see, and whether it was."""

    said_who: bool
    has_customer: bool
    has_invoice: bool


@dataclass(frozen=True)
class Dashboard:
    """All of it, as it stands at one moment."""

    collected: list[Collected]
    receivables: list[Receivables]
    exceptions: int
    home: Home
    steps: FirstSteps

    @property
    def begun(self) -> bool:
        """Whether any business was done, so that there is something to show."""
        return self.steps.has_invoice or bool(self.collected)


@admin_read()
def dashboard(work: Work[AdminActor]) -> Dashboard:
    """How the workspace stands, and what happened last."""
    found = home(work)
    return Dashboard(
        collected=collected(work),
        receivables=receivables(work),
        exceptions=open_exceptions(work).total,
        home=found,
        steps=_steps(work, found),
    )


def _steps(work: Work[AdminActor], found: Home) -> FirstSteps:
    profile = work.exec(select(OrganizationProfile)).one()
    issued = select(Invoice.id).where(Invoice.state == "issued").limit(1)
    return FirstSteps(
        said_who=bool(profile.legal_name and profile.address),
        has_customer=found.customers != "0",
        has_invoice=work.exec(issued).first() is not None,
    )
