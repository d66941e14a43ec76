"""Settings as their pages save them: nobody undoes unseen what another one saved."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from billing_app.access.installation import work_now
from billing_app.gateways.payments import Way
from billing_app.kernel.errors import Invalid, NotAllowed, StepUpNeeded
from billing_app.models.party import Customer
from billing_app.reads import activity, member, own_home, papers, settings
from billing_app.reads.offered import is_offered, offered_to_me
from billing_app.services import enrolling, introducing, organizing, reminding, workspace
from billing_app.services.changing import ChangedMeanwhile
from tests.billing import Desk, refused
from tests.links import Links
from tests.rules import rule
from tests.world import World


@pytest.fixture
def desk(world: World) -> Desk:
    return Desk(world)


def charge_after(desk: Desk, days: int, seen: str | None = None) -> str:
    return desk.does(
        lambda work: organizing.set_charging(
            work,
            charge_invoices=False,
            charge_requests=False,
            charge_after_days=days,
            retry_after_days=[3],
            seen=seen,
        )
    )


def changes(desk: Desk) -> list[str]:
    """What the latest act changed."""
    return desk.does(lambda work: activity.acts(work, {})).rows[0].changes


def test_whoever_saves_what_another_changed_meanwhile_is_told_and_undoes_nothing(desk: Desk):
    shown = desk.does(settings.charging)
    assert (shown.last.id, shown.words["charge_after_days"]) == ("", "3")
    charge_after(desk, 5, seen=shown.last.id)

    with pytest.raises(ChangedMeanwhile):
        charge_after(desk, 9, seen=shown.last.id)

    now = desk.does(settings.charging)
    assert now.words["charge_after_days"] == "5"
    assert now.last.words.startswith("Last changed by Ada on ")
    charge_after(desk, 9, seen=now.last.id)


def test_pages_of_other_settings_are_not_in_each_others_way(desk: Desk):
    seen = desk.does(settings.reminders).last.id
    charge_after(desk, 5)

    desk.does(lambda work: reminding.set_reminders(work, days=[-3, 7], seen=seen))

    assert desk.does(settings.reminders).words == {"before": "3", "after": "7"}
    assert desk.does(settings.charging).words["charge_after_days"] == "5"


def test_the_log_keeps_what_a_setting_was_and_is(desk: Desk):
    charge_after(desk, 5)
    assert changes(desk) == ["Days before a charge: 3 → 5", "Days before each retry: 3, 5, 7 → 3"]

    desk.settings(apply_credit_to_invoices=True, small_balance_minor=5)
    assert changes(desk) == [
        "'Automatically mark Invoices paid': Off → On",
        "Small balance: A$0.00 → A$0.05",
    ]
    desk.settings(apply_credit_to_invoices=True, small_balance_minor=5)
    assert len(desk.does(lambda work: activity.acts(work, {"kind": "settings"})).rows) == 2


def test_the_log_names_what_changed_about_a_person_and_keeps_none_of_it(desk: Desk):
    said: dict[str, Any] = {
        "name": "Marsh Studio",
        "email": "new@marsh.example",
        "due_days": "30",
        "autopay": False,
        **dict.fromkeys(("legal_name", "address", "tax_id"), ""),
        "currency": "AUD",
        "locale": "en",
    }
    desk.does(lambda work: enrolling.change_customer(work, desk.world.marsh, **said))

    assert changes(desk) == ["Days to pay: 14 → 30", "E-mail", "Name"]
    assert desk.told(Customer, desk.world.marsh, "email") == ["new@marsh.example"]


def test_closing_the_books_asks_for_the_password_again(world: World):
    later = replace(world.ada.actor, stepped_up=False, proven_by="password")

    def close(work: Any) -> str:
        return organizing.close_books(work, until=None)

    with pytest.raises(StepUpNeeded):
        work_now(later, world.database, close)
    refused(Desk(world, by=world.grace), NotAllowed, close)


def test_the_workspace_has_a_name_and_a_zone_that_there_is(desk: Desk):
    def save(zone: str) -> str:
        return desk.does(
            lambda work: workspace.set_workspace(work, name=" Harbour  Lessons ", time_zone=zone)
        )

    for zone in ("", "Sydney", "../etc/passwd", "x" * 70, "Australia/"):
        with pytest.raises(Invalid) as refusal:
            save(zone)
        assert refusal.value.field == "time_zone"

    save("Europe/Berlin")
    kept = desk.does(settings.workspace)
    assert (kept.name, kept.time_zone) == ("Harbour Lessons", "Europe/Berlin")


@rule(54)
def test_a_way_that_is_switched_off_is_offered_neither_by_link_nor_in_the_portal(world: World):
    links = Links(world)
    invoice = links.invoice(50_00)
    links.does(lambda work: organizing.set_profile(work, bank_details="BSB 062-000"))
    every = (Way.CARD, Way.BANK_TRANSFER, Way.DIRECT_DEBIT)
    before = links.bill(invoice, *every)
    assert (before.ways, before.bank_details) == ([*every], "BSB 062-000")

    links.does(lambda work: workspace.set_customer_ways(work, ways=["direct_debit"]))

    after = links.bill(invoice, *every)
    assert (after.ways, after.bank_details) == ([Way.DIRECT_DEBIT], "")
    assert world.cleo.does(lambda work: offered_to_me(work, every)) == ["direct_debit"]
    assert world.cleo.does(own_home.bank_details).account == ""
    assert [links.acts(partial(is_offered, way=way)) for way in every] == [False, False, True]
    with pytest.raises(Invalid):
        links.does(lambda work: workspace.set_customer_ways(work, ways=["cheque"]))


@pytest.mark.parametrize(("paper", "is_letter"), [("", False), ("letter", True), ("a4", False)])
def test_documents_are_laid_out_for_the_paper_that_was_chosen(
    desk: Desk, paper: str, is_letter: bool
):
    desk.does(lambda work: organizing.set_profile(work, paper=paper))
    invoice = desk.invoice(50_00)

    said = Links(desk.world).acts(lambda work: papers.paper(work, invoice))

    assert said.head.is_letter is is_letter
    refused(desk, Invalid, lambda work: organizing.set_profile(work, paper="a5"))


def test_the_search_key_is_switched_off_for_one_person_alone(world: World):
    world.ada.does(lambda work: introducing.set_slash(work, on=False))

    assert not world.ada.does(member.me).slash_searches
    assert world.grace.does(member.me).slash_searches


def test_each_kind_of_documents_tells_its_next_number_and_whether_it_can_be_chosen(desk: Desk):
    desk.invoice(10_00)
    desk.does(lambda work: organizing.set_series(work, "receipt", prefix="R/", next_number=40))

    rows = {row.what: row for row in desk.does(settings.numbering)}

    assert {what: (row.next_words, row.under_way) for what, row in rows.items()} == {
        "Invoices": ("INV-00002", True),
        "Credit Notes": ("CN-00001", False),
        "Credit Requests": ("CR-00001", False),
        "Receipts": ("R/00040", False),
    }
