"""Partners: everybody the workspace settles with."""

from __future__ import annotations

from typing import TypedDict

import reflex as rx

from billing_app.access.permissions import Permission
from billing_app.reads.party_lists import listed_partners
from billing_app.services import enrolling
from billing_app.ui.admin.parties import PartyActs, PartyListState, party_list
from billing_app.ui.components.fields import field_error, select_field, text_field
from billing_app.ui.components.tables import Column
from billing_app.ui.state import may


class PartnerForm(TypedDict):
    """What the form sends: exactly these fields, all of them as typed."""

    party_id: str
    name: str
    email: str
    kind: str


class AdminPartnersState(PartyListState, rx.State):
    """The list of partners."""

    _path = "/admin/partners"
    _shelves = {"all": "All", "current": "Current", "archived": "Archived"}
    _acts = PartyActs("par", listed_partners, enrolling.archive_partner, enrolling.restore_partner)

    @rx.event
    async def add(self, form: PartnerForm) -> None:
        """Add the partner that was typed."""
        await self._add(
            lambda work: enrolling.add_partner(
                work, form["party_id"], name=form["name"], email=form["email"], kind=form["kind"]
            ),
            form["name"],
        )


def partners_page() -> rx.Component:
    """The screen at /admin/partners."""
    state = AdminPartnersState
    return party_list(
        state,
        title="Partners",
        lead="Schools, agents and suppliers you settle with. Archived partners keep their history.",
        one="partner",
        facts=(
            (Column(label="Kind"), lambda row: row.detail),
            (Column(label="Since"), lambda row: row.since),
        ),
        may_keep=may(Permission.KEEP_PARTNERS),
        fields={
            "name": text_field(
                "Name",
                name="name",
                hint="The school, agent or supplier as they call themselves.",
                error=field_error(state, "name"),
                auto_complete="off",
            ),
            "email": text_field(
                "E-mail",
                name="email",
                type="email",
                hint="Where statements and remittances go.",
                error=field_error(state, "email"),
                auto_complete="off",
            ),
            "kind": select_field(
                "Kind",
                [(kind, kind.capitalize()) for kind in enrolling.PARTNER_KINDS],
                name="kind",
                error=field_error(state, "kind"),
            ),
        },
    )
