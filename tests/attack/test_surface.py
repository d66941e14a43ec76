"""AT62, AT63 and what else can be asked for over plain HTTP."""

from __future__ import annotations

import re

import pytest

from billing_app.serving.build import built_html_dir
from billing_app.ui.pages import SCREENS
from tests.servers import PLAIN, Site

CLOSED = (
    "/_health",
    "/_all_routes",
    "/_upload",
    "/_upload/x",
    "/_event",
    "/ping",
    "/docs",
    "/redoc",
    "/openapi.json",
    "/.env",
    "/.git/config",
    "/.git/HEAD",
    "/.states/x.pkl",
    "/.web/package.json",
    "/sitemap.xml",
    "/assets/root.js.map",
    "/../etc/passwd",
    "/%2e%2e/etc/passwd",
    "/assets/..%2f..%2f..%2fetc%2fpasswd",
    "/assets/%5c..%5cetc",
    "//evil.example/%2f..",
    "/admin.html",
    "/index.html",
    "/script-hashes.json",
    "/quittance.db",
    "/data/quittance.db",
    "/billing_app/config.py",
    "/auth/demo/nobody",
)


@pytest.mark.parametrize("path", CLOSED)
def test_at62_what_is_not_for_browsers_is_not_there(site: Site, path: str):
    answer = site.get(path)

    assert answer.status_code in {400, 403, 404}, answer.text[:200]
    assert "location" not in answer.headers
    assert "Traceback" not in answer.text


def test_at62_the_two_probes_say_one_word(site: Site):
    assert site.get("/healthz").text == "ok"
    assert site.get("/readyz").text == "ready"


def test_at62_no_source_map_was_built():
    built = built_html_dir()

    assert list(built.rglob("*.map")) == []
    assert not [
        path for path in built.rglob("*.js") if "sourceMappingURL=" in path.read_text()[-200:]
    ]


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.route)
def test_a_page_is_shown_to_its_audience_and_to_nobody_else(site: Site, screen):
    cookies = {"admin": "ada", "partner": "pat", "customer": "cleo"}
    statuses = {
        audience: site.get(screen.route, getattr(site.world, who).token).status_code
        for audience, who in cookies.items()
    }
    nobody = site.get(screen.route)

    if screen.audience is None:
        assert set(statuses.values()) == {200}
        assert nobody.status_code == 200
    else:
        assert statuses == {
            audience: 200 if audience == screen.audience else 404 for audience in cookies
        }
        assert (nobody.status_code, nobody.headers["location"]) == (303, "/sign-in")


def test_the_wrong_audience_gets_the_same_page_as_a_wrong_address(site: Site):
    wrong = site.get("/admin", site.world.cleo.token)
    nowhere = site.get("/admin/nowhere", site.world.cleo.token)

    assert (wrong.status_code, nowhere.status_code) == (404, 404)
    assert "We cannot find that page" in wrong.text
    assert wrong.text == nowhere.text


@pytest.mark.parametrize("path", ["/sign-in", "/admin", "/not-here", "/auth/demo/ada"])
def test_at63_every_answer_carries_its_armour(site: Site, path: str):
    headers = site.get(path).headers
    policy = headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in re.search(r"script-src[^;]*", policy).group()
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] in {"no-referrer", "same-origin"}


def test_private_answers_are_kept_by_nobody_and_hashed_files_for_ever(site: Site):
    page = site.get("/admin", site.world.ada.token)
    script = re.search(r"/assets/[\w.-]+\.js", page.text).group()

    assert page.headers["cache-control"] == "no-store"
    assert "immutable" in site.get(script).headers["cache-control"]


def test_a_page_answers_without_a_hop(site: Site):
    assert site.get("/admin/customers", site.world.ada.token).status_code == 200
    assert site.get("/sign-in/").status_code == 200


def test_no_figure_of_any_person_is_in_what_was_built(site: Site):
    """AT05: pages are built before anybody is known, so nothing of anybody can be in them."""
    for path in built_html_dir().rglob("*"):
        if path.suffix in {".html", ".js"}:
            text = path.read_text()
            assert "Marsh Design" not in text
            assert "harbour.example" not in text


@pytest.mark.parametrize("body", [b"x" * 70_000, b"x" * 5_000_000])
def test_a_large_body_is_refused(site: Site, body: bytes):
    import httpx

    answer = httpx.post(
        f"{site.base}/auth/sign-out", content=body, headers={"Origin": site.base}, verify=PLAIN
    )

    assert answer.status_code == 413


def test_the_log_holds_no_token_cookie_or_payload(site: Site):
    cookie = site.sign_in("ada")
    tab = site.tab(cookie)
    tab.ask("unknown", {"secret": "PAYLOADCANARY"})
    tab.ask("reflex___state____state.setvar", {"var_name": "PAYLOADCANARY", "value": 1})
    site.get("/sign-in?token=QUERYCANARY", cookie)

    log = site.log.read_text()

    assert "unknown event" in log
    for secret in (cookie, tab.token, "PAYLOADCANARY", "QUERYCANARY", "Traceback"):
        assert secret not in log
