"""In which language somebody reads: their own, else their party's, else the organization's."""

from __future__ import annotations

from functools import partial

import pytest

from billing_app.kernel.errors import Invalid, NotAllowed
from billing_app.reads.locales import setting, spoken_to
from billing_app.services import enrolling, organizing
from billing_app.services.introducing import set_language
from tests.world import Person, World


def speaks(world: World, locale: str) -> None:
    """Have Marsh Design read in this language."""
    usual = dict.fromkeys(("legal_name", "address", "tax_id"), "")
    usual |= {"name": "Marsh Design", "email": world.email("post"), "due_days": "14"}
    usual |= {"currency": "AUD", "locale": locale}
    world.ada.does(
        partial(enrolling.change_customer, customer_id=world.marsh, **usual, autopay=False)  # type: ignore[arg-type]
    )


def reads_in(person: Person) -> tuple[str, str]:
    """The language of somebody's screens, and the one that writes their amounts."""
    return person.does(spoken_to), person.does(setting).locale


def test_a_contact_reads_in_their_customers_language_until_they_choose_their_own(world: World):
    speaks(world, "de")

    before = reads_in(world.cleo)
    world.cleo.does(lambda work: set_language(work, locale="fr"))

    assert (before, reads_in(world.cleo)) == (("de", "de"), ("fr", "fr"))


def test_admins_read_english_and_write_amounts_as_their_organization_does(world: World):
    world.ada.does(lambda work: organizing.set_profile(work, locale="de"))

    assert reads_in(world.ada) == ("en", "de")


def test_a_partner_chooses_a_language_as_a_customer_does(world: World):
    world.pat.does(lambda work: set_language(work, locale="de"))

    assert reads_in(world.pat) == ("de", "de")


def test_only_languages_of_ours_can_be_chosen_and_only_by_contacts(world: World):
    with pytest.raises(Invalid):
        world.cleo.does(lambda work: set_language(work, locale="tlh"))
    with pytest.raises(NotAllowed):
        world.ada.does(lambda work: set_language(work, locale="de"))
