import pytest

from billing_app.api.requests import client_address, is_for, is_from
from billing_app.kernel.addresses import neighbourhood
from tests.unit.api.calls import HOUSE, TLS, Behind, ask, edge, house, scope

FORWARDED = [
    ("x-forwarded-for", "203.0.113.1, 198.51.100.2"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-host", "evil.example"),
    ("forwarded", "for=203.0.113.1"),
    ("x-real-ip", "203.0.113.1"),
]


@pytest.mark.parametrize(
    ("hops", "forwarded", "client"),
    [
        (0, ["203.0.113.1"], "192.0.2.7"),
        (1, ["203.0.113.1"], "203.0.113.1"),
        (1, ["made-up, 203.0.113.1"], "203.0.113.1"),
        (1, ["8.8.8.8, 203.0.113.1", "203.0.113.2"], "203.0.113.2"),
        (2, ["8.8.8.8, 203.0.113.1, 198.51.100.2"], "203.0.113.1"),
        (2, ["203.0.113.1"], "192.0.2.7"),
        (1, [], "192.0.2.7"),
        (1, ["unknown"], "192.0.2.7"),
        (1, ["<script>"], "192.0.2.7"),
        (1, ["203.0.113.1:4711"], "203.0.113.1"),
        (1, ["[2001:db8::1]:4711"], "2001:db8::1"),
        (1, ["2001:db8::1"], "2001:db8::1"),
        (1, ["::ffff:203.0.113.1"], "203.0.113.1"),
        (1, ["[::ffff:203.0.113.1]:4711"], "203.0.113.1"),
    ],
)
def test_the_client_is_the_one_that_the_outermost_trusted_proxy_saw(hops, forwarded, client):
    headers = [("x-forwarded-for", value) for value in forwarded]
    assert client_address(scope("http", "/", headers), hops) == client


def test_a_server_that_listens_on_both_kinds_of_addresses_sees_who_came_by_the_older_one():
    asked = scope("http", "/", []) | {"client": ("::ffff:192.0.2.7", 4711)}

    assert client_address(asked, 0) == "192.0.2.7"


def test_without_trusted_proxies_nothing_behind_the_edge_reads_what_they_might_say():
    behind = Behind()
    ask(edge(behind), "/files", *FORWARDED, ("accept", "text/html"))
    assert behind.scopes[-1]["client"] == ("192.0.2.7", 4711)
    assert behind.scopes[-1]["scheme"] == "http"
    assert {name for name, _ in behind.scopes[-1]["headers"]} == {b"host", b"accept"}


def test_with_one_trusted_proxy_its_word_counts_and_the_headers_still_end_here():
    behind = Behind()
    ask(edge(behind, house(TRUSTED_PROXY_HOPS="1")), "/files", *FORWARDED)
    assert behind.scopes[-1]["client"] == ("198.51.100.2", 4711)
    assert behind.scopes[-1]["scheme"] == "https"
    assert {name for name, _ in behind.scopes[-1]["headers"]} == {b"host"}


@pytest.mark.parametrize(
    ("public", "host", "ours"),
    [
        (HOUSE, "127.0.0.1:8000", True),
        (HOUSE, "127.0.0.1", False),
        (HOUSE, "127.0.0.1:8001", False),
        (HOUSE, "localhost:8000", False),
        (HOUSE, "evil.example", False),
        (HOUSE, "127.0.0.1:8000.evil.example", False),
        (HOUSE, "evil@127.0.0.1:8000", False),
        (HOUSE, "", False),
        ("https://pay.example.com", "PAY.example.com", True),
        ("https://pay.example.com", "pay.example.com:443", True),
        ("https://pay.example.com", "pay.example.com:80", False),
        ("https://pay.example.com:443", "pay.example.com", True),
        ("http://[::1]:8000", "[::1]:8000", True),
    ],
)
def test_only_our_own_host_is_ours_however_it_is_spelled(public, host, ours):
    assert is_for(scope("http", "/", [("host", host)]), public) is ours


def test_two_hosts_in_one_request_are_none():
    both = [("host", "127.0.0.1:8000"), ("host", "127.0.0.1:8000")]
    assert not is_for(scope("http", "/", both), HOUSE)


@pytest.mark.parametrize(
    ("origin", "ours"),
    [
        ("https://pay.example.com", True),
        ("https://PAY.example.com:443", True),
        ("http://pay.example.com", False),
        ("https://pay.example.com.evil.example", False),
        ("https://evilpay.example.com", False),
        ("https://pay.example.com:8443", False),
        ("https://x@pay.example.com", False),
        ("https://pay.example.com/", False),
        ("null", False),
        ("", False),
        ("*", False),
    ],
)
def test_only_our_own_pages_are_our_origin(origin, ours):
    headers = [("origin", origin)]
    assert is_from(scope("http", "/", headers), TLS["PUBLIC_URL"]) is ours


def test_a_missing_origin_and_two_origins_are_not_ours():
    assert not is_from(scope("http", "/", []), HOUSE)
    assert not is_from(scope("http", "/", [("origin", HOUSE), ("origin", HOUSE)]), HOUSE)


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::ffff:c000:208", "192.0.2.8"),
        ("unknown", "unknown"),
    ],
)
def test_limits_count_a_household_once(address, near):
    assert neighbourhood(address) == near
