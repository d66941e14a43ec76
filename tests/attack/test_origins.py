"""AT19–AT22, AT26: who may speak to us, and from where."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from billing_app.api import health, sign_in
from tests.servers import PLAIN, Site, served

POSTS = [
    route.path.replace("{door}", "ada")
    for route in (*sign_in.routes(demo=True), *health.routes())
    if "POST" in (route.methods or ())
]


def evil_origins(base: str) -> list[str]:
    return [
        "https://evil.example",
        "null",
        base + ".evil.example",
        base.replace("http", "https"),
        base.rpartition(":")[0],
        base.replace("127.0.0.1", "localhost"),
        base + "/",
        base.replace("//", "//user@"),
    ]


@pytest.mark.parametrize("number", range(8))
def test_at19_a_socket_from_another_origin_is_refused(site: Site, number: int):
    with pytest.raises(InvalidStatus) as refused:
        site.tab(site.world.ada.token, origin=evil_origins(site.base)[number])

    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("cookie", [True, False])
def test_at20_a_socket_that_names_no_origin_is_refused(site: Site, cookie: bool):
    with pytest.raises(InvalidStatus):
        site.tab(site.world.ada.token if cookie else "", origin=None)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost", ""])
def test_another_host_name_is_not_this_house(site: Site, host: str):
    answer = site.get("/sign-in", Host=host)

    assert answer.status_code in {400, 421}


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_at21_a_form_of_another_site_does_nothing(site: Site, path: str, headers: dict[str, str]):
    cookie = site.sign_in("ada")

    answer = site.post(path, cookie, **headers)

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert "nothing was done" in answer.text
    assert site.get("/admin", cookie).status_code == 200


def test_at21_a_form_without_an_origin_does_nothing(site: Site):
    assert httpx.post(f"{site.base}/auth/demo/ada", verify=PLAIN).status_code == 403


@pytest.mark.parametrize("path", ["/", "/sign-in", "/admin", "/auth/demo/ada", "/_event/"])
def test_at22_nobody_is_told_that_other_origins_may_come(site: Site, path: str):
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}

    preflight = httpx.options(site.base + path, headers=asked, verify=PLAIN)
    plain = httpx.get(site.base + path, headers={"Origin": "https://evil.example"}, verify=PLAIN)

    assert preflight.status_code == 405
    for answer in (preflight, plain):
        assert not [name for name in answer.headers if name.startswith("access-control")]


def test_at26_the_cookie_is_out_of_reach_of_scripts_and_other_sites(site: Site):
    flags = site.post("/auth/demo/ada").headers["set-cookie"].lower()

    assert "httponly" in flags
    assert "samesite=lax" in flags
    assert "path=/" in flags
    assert "domain" not in flags


def test_at26_with_tls_the_browser_itself_guards_the_cookie(tmp_path: Path):
    with served(tmp_path, f"sqlite:///{tmp_path / 'q.db'}", tls=True, warm=True) as site:
        answer = site.post("/auth/demo/ada", Origin=site.public_url)

    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-quittance=")
    assert "secure" in cookie.lower()
    assert "max-age=" in answer.headers["strict-transport-security"]


def test_the_demo_doors_are_not_there_outside_a_demo():
    def open_to_all(*, demo: bool) -> bool:
        return any("demo" in route.path for route in sign_in.routes(demo=demo))

    assert open_to_all(demo=True)
    assert not open_to_all(demo=False)
