"""What the edge does for the addresses of pay links, and for no others."""

import logging

import pytest

from tests.unit.api.calls import SCREENS, TLS, Behind, ask, edge, house, post

TOKEN = "Zm9yIHRoZSBwYXllciBhbG9uZQ"
PAGE = f"/pay/{TOKEN}"
PLACES = [PAGE, f"{PAGE}/", f"{PAGE}/return", f"{PAGE}/back"]
LIVE = TLS | {"STRIPE_SECRET_KEY": "sk_live_1"}


def forms_lead_to(answer) -> str:
    parts = answer.header("content-security-policy").split("; ")
    return dict(part.split(" ", 1) for part in parts)["form-action"]


def paying(**environ):
    """An edge that knows the page, and what stands behind it."""
    behind = Behind()
    screens = SCREENS | {PAGE: "anyone", f"{PAGE}/return": "anyone"}
    return edge(behind, house(**environ), screen_audience=screens.get), behind


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("status", [200, 303, 304, 404])
def test_at40_nothing_about_a_pay_link_is_kept_indexed_or_passed_on(path, status):
    answer = ask(edge(Behind(status=status)), path)

    assert answer.header("cache-control") == "no-store"
    assert answer.header("referrer-policy") == "no-referrer"
    assert answer.header("x-robots-tag") == "noindex, nofollow"


def test_at40_a_page_that_anybody_may_see_is_not_kept_if_its_address_is_a_pay_link():
    door, _ = paying()

    assert ask(door, PAGE).header("cache-control") == "no-store"


def test_other_pages_keep_their_headers():
    answer = ask(edge(Behind()), "/who")

    assert answer.header("referrer-policy") == "same-origin"
    assert answer.header("x-robots-tag") is None


def test_the_form_may_lead_to_the_providers_pages_only_from_where_one_pays():
    host = ("host", "pay.example.com")
    door, _ = paying(**LIVE)

    for path in (PAGE, "/customer", "/customer/pay"):
        assert forms_lead_to(ask(door, path, host)) == "'self' https://checkout.stripe.com"
    assert forms_lead_to(ask(door, "/customers", host)) == "'self'"
    assert forms_lead_to(ask(door, "/who", host)) == "'self'"


def test_without_a_provider_or_with_a_simulated_one_it_leads_nowhere_else():
    assert forms_lead_to(ask(paying()[0], PAGE)) == "'self'"
    assert forms_lead_to(ask(paying(DEMO="1")[0], PAGE)) == "'self'"


def test_the_form_of_a_page_that_tells_no_referrer_is_taken():
    door, behind = paying()

    assert post(door, PAGE, ("origin", "null"), ("sec-fetch-site", "same-origin")).status == 200
    assert post(door, PAGE).status == 200
    assert len(behind.scopes) == 2


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (PAGE, [("origin", "http://evil.example")]),
        (PAGE, [("origin", "null"), ("sec-fetch-site", "cross-site")]),
        (PAGE, [("origin", "null"), ("sec-fetch-site", "none")]),
        (PAGE, [("origin", "null"), ("origin", "null")]),
        ("/auth/password", [("origin", "null"), ("sec-fetch-site", "same-origin")]),
        ("/payments", [("origin", "null"), ("sec-fetch-site", "same-origin")]),
    ],
)
def test_a_foreign_form_is_refused_all_the_same(path, headers):
    door, behind = paying()

    assert (post(door, path, *headers).status, behind.scopes) == (403, [])


@pytest.mark.parametrize("path", [*PLACES, PAGE.upper()])
def test_at41_the_log_names_the_page_without_the_token(path, caplog):
    caplog.set_level(logging.INFO)

    ask(edge(Behind()), path, query=f"s=cs_1&t={TOKEN}".encode())

    written = repr([(record.getMessage(), vars(record)) for record in caplog.records])
    assert "…" in written
    assert TOKEN.lower() not in written.lower()
