"""Files by address that only admins have: many prints in one file, and the logo."""

from __future__ import annotations

import pytest

from tests.billing import Desk
from tests.servers import Site

LOGO = "/settings/logo"
OWN_PAGE = "/admin/settings/organization"


@pytest.mark.parametrize("who", ["", "vic", "cleo", "pat", "otto"])
def test_prints_are_given_to_the_organizations_own_admins(site: Site, who: str):
    invoice = Desk(site.world).invoice(10_00)
    token = getattr(site.world, who).token if who else ""

    answer = site.get(f"/documents/invoices.zip?of={invoice}", token)

    allowed = {"": 303, "vic": 200}
    assert answer.status_code == allowed.get(who, 404)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("named", ["", "inv_x", ",".join(["inv_x"] * 101), "cus_1"])
def test_a_file_of_nothing_or_of_too_much_is_refused_with_a_sentence(site: Site, named: str):
    answer = site.get(f"/documents/invoices.zip?of={named}", site.world.ada.token)

    assert answer.status_code in (400, 404)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("who", ["", "grace", "vic", "cleo", "pat"])
def test_the_logo_is_changed_by_whoever_keeps_the_books_and_nobody_else(site: Site, who: str):
    token = getattr(site.world, who).token if who else ""

    answer = site.send(LOGO, {"remove": "yes"}, token)

    assert answer.status_code == 303
    assert not answer.headers["location"].startswith(OWN_PAGE)
    assert site.get(LOGO, token).status_code == 404


def test_a_large_body_comes_in_for_a_picture_alone_and_with_a_session(site: Site):
    large = {"logo": "x" * 100_000}

    assert site.send(LOGO, large).status_code == 413
    assert site.send("/auth/choose", large, site.world.ada.token).status_code == 413
    there = site.send(LOGO, large, site.world.ada.token)
    assert there.headers["location"] == f"{OWN_PAGE}?said=logo-none"
    assert site.send(LOGO, {"logo": "x" * 3_000_000}, site.world.ada.token).status_code == 413
