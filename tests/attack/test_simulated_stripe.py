"""A demo brings its own Stripe, beside the edge: it opens nothing else and shows nobody's data."""

from __future__ import annotations

import re
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest
import stripe

from tests.servers import PLAIN, Site
from tests.stripes import words
from tests.working import wait_until


def client(site: Site, key: str = "sk_test_simulated") -> stripe.StripeClient:
    base = {"api": f"{site.base}/_stripe"}
    return stripe.StripeClient(key, base_addresses=base, max_network_retries=0)


def test_the_sdk_reaches_it_on_the_port_of_the_demo(site: Site):
    customer = client(site).v1.customers.create({"email": "cleo@harbour.example"})

    assert client(site).v1.customers.retrieve(customer.id).email == "cleo@harbour.example"
    assert "Simulated." in site.get("/_stripe/").text


def test_the_server_sends_its_news_by_itself(site: Site):
    client(site).v1.customers.create({"email": "carl@kiln.example"})

    wait_until(lambda: re.search(r"customer\.created.*?, [1-9] tries", panel(site)) is not None)


def panel(site: Site) -> str:
    return words(site.get("/_stripe/").text)


def test_no_session_and_no_guess_opens_its_api(site: Site):
    admin = site.sign_in("ada")

    for key in ("sk_test_guessed", "sk_live_guessed"):
        with pytest.raises(stripe.AuthenticationError):
            client(site, key).v1.customers.list()
    assert site.get("/_stripe/v1/customers", admin).status_code == 401


@pytest.mark.parametrize(
    "path", ["/_stripes", "/_stripe.db", "/_strip", "/_event", "/_upload", "/_STRIPE/"]
)
def test_other_rooms_with_an_underscore_stay_closed(site: Site, path: str):
    assert site.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/_stripe/../healthz", "/_stripe/%2e%2e/admin", "/_stripe//"])
def test_no_path_leads_from_there_into_our_house(site: Site, path: str):
    port = urlsplit(site.base).port
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)

    assert connection.getresponse().status == 404
    connection.close()


def test_another_site_can_neither_press_its_buttons_nor_borrow_its_name(site: Site):
    form = {"name": "failing", "times": "forever"}
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}):
        answer = httpx.post(
            f"{site.base}/_stripe/panel/mood", data=form, headers=headers, verify=PLAIN
        )
        assert answer.status_code == 403

    assert client(site).v1.customers.create({"email": "a@b.example"}).id
