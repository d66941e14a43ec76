"""Files to be had by address: each for its own audience, whatever is asked for, and how."""

from __future__ import annotations

import csv
import io

import pytest

from tests.post import Post
from tests.servers import Site

LISTS = ("invoices", "credit-requests", "payments", "refunds", "credit-notes", "customers")


def ids(text: str) -> list[str]:
    return [row["id"] for row in csv.DictReader(io.StringIO(text, newline=""))]


@pytest.mark.parametrize("name", [*LISTS, "statement"])
def test_at34_a_file_of_the_organization_is_for_its_admins(site: Site, name: str):
    world = site.world
    path = f"/exports/{name}.csv?party_id={world.marsh}" if name == "statement" else ""
    path = path or f"/exports/{name}.csv"

    answers = {who: site.get(path, getattr(world, who).token) for who in ("vic", "cleo", "pat")}
    nobody = site.get(path)

    assert [answer.status_code for answer in answers.values()] == [200, 404, 404]
    assert (nobody.status_code, nobody.headers["location"]) == (303, "/sign-in")


def test_a_file_says_what_it_is_and_is_kept_by_nobody(site: Site):
    answer = site.get("/exports/customers.csv", site.world.ada.token)

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="customers-20')
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "Marsh Design" in answer.text
    assert "ZZCANARY" not in answer.text


def test_at34_a_customer_has_their_own_files_and_no_other(site: Site):
    post = Post(site.world)
    own, theirs = post.invoice(), post.invoice(party_id=site.world.bellweather)
    cleo, carl = site.world.cleo.token, site.world.carl.token

    assert own in ids(site.get("/portal/invoices.csv", cleo).text)
    assert theirs not in ids(site.get("/portal/invoices.csv", cleo).text)
    assert theirs in ids(site.get("/portal/invoices.csv", carl).text)
    for who in ("ada", "pat"):
        assert site.get("/portal/invoices.csv", getattr(site.world, who).token).status_code == 404


def test_at34_whose_statement_a_customer_gets_is_not_theirs_to_say(site: Site):
    post = Post(site.world)
    post.invoice(739_19, party_id=site.world.bellweather)
    cleo = site.world.cleo.token

    mine = site.get("/portal/statement.csv?currency=AUD", cleo)
    asked = site.get(f"/portal/statement.csv?party_id={site.world.bellweather}", cleo)

    assert (mine.status_code, asked.status_code) == (200, 400)
    assert "739.19" not in mine.text
    assert mine.text.splitlines()[1].split(",")[2] == '"Opening balance"'


def test_at34_a_head_tells_nothing_more_than_its_get(site: Site):
    for who, status in (("ada", 200), ("cleo", 404)):
        token = getattr(site.world, who).token
        answer = site._request("HEAD", "/exports/invoices.csv", token, {})
        assert (answer.status_code, answer.text) == (status, "")


@pytest.mark.parametrize(
    "asked",
    [
        "since=yesterday",
        "since=2026-13-01",
        "standing=x",
        "currency=dollars",
        "password=1",
        "search=x&sort=name;drop",
    ],
)
def test_at56_a_question_that_makes_no_sense_is_answered_with_a_sentence(site: Site, asked: str):
    answer = site.get(f"/exports/invoices.csv?{asked}", site.world.ada.token)

    assert answer.status_code == 400
    assert answer.text.endswith(".\n")
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/exports/passwords.csv",
        "/exports/invoices",
        "/exports/..csv",
        "/portal/customers.csv",
        "/exports/invoices.csv?party_id=cus_x",
        "/exports/statement.csv?party_id=inv_x",
    ],
)
def test_what_is_not_there_is_not_there(site: Site, path: str):
    assert site.get(path, site.world.ada.token).status_code == 404
