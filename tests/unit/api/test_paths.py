import pytest

from tests.unit.api.calls import Behind, ask, edge

ODD = [
    "//evil.example",
    "//evil.example/%2e%2e",
    "/who//",
    "/\\evil.example",
    "/%5cevil.example",
    "/who%2f..%2fadmin",
    "/who%2F",
    "/../etc/passwd",
    "/who/../admin",
    "/who/%2e%2e/admin",
    "/./who",
    "/who%00",
    "/who%0d%0aset-cookie:x=1",
    "/%ff",
    "*",
    "http://evil.example/",
    "/" + "a" * 2_001,
]
CLOSED = [
    "/_upload",
    "/_upload/secret.pdf",
    "/_health",
    "/_all_routes",
    "/_event",
    "/_event/",
    "/_EVENT/",
    "/__spa-fallback.html",
    "/ping",
    "/ping/",
    "/auth-codespace",
    "/docs",
    "/docs/oauth2-redirect",
    "/redoc",
    "/openapi.json",
    "/assets/index.js.map",
    "/assets/INDEX.JS.MAP",
    "/.env",
    "/.git/config",
    "/assets/.states/x",
    "/admin.html",
    "/admin/index.html",
    "/admin/index.html.gz",
    "/404.html",
]


@pytest.mark.parametrize("path", ODD)
def test_a_path_with_two_readings_is_not_found_and_never_a_redirect(path):
    behind = Behind()
    answer = ask(edge(behind), path)
    assert (answer.status, answer.header("location"), behind.scopes) == (404, None, [])


@pytest.mark.parametrize("path", CLOSED)
def test_what_is_nobodys_business_is_not_found(path):
    behind = Behind()
    assert (ask(edge(behind), path).status, behind.scopes) == (404, [])


@pytest.mark.parametrize("path", ["/assets/_who_._index-4teGSevw.js", "/docs.pdf", "/café"])
def test_what_only_looks_closed_is_open(path):
    assert ask(edge(Behind()), path).status == 200


def test_a_page_answers_at_once_where_the_static_files_would_have_redirected():
    behind = Behind()
    ask(edge(behind), "/who")
    assert (behind.scopes[-1]["path"], behind.scopes[-1]["raw_path"]) == ("/who/", b"/who/")


@pytest.mark.parametrize("path", ["/", "/who/"])
def test_a_page_asked_for_by_its_folder_stays_where_it_is(path):
    behind = Behind()
    ask(edge(behind), path)
    assert behind.scopes[-1]["path"] == path


def test_a_route_that_is_no_screen_keeps_its_path():
    behind = Behind()
    ask(edge(behind), "/files/inv_1")
    assert behind.scopes[-1]["path"] == "/files/inv_1"


@pytest.mark.parametrize("target", ["http://127.0.0.1:8000/assets/", "/assets/"])
def test_the_static_files_redirect_to_a_folder_is_not_found_instead(target):
    answer = ask(edge(Behind(status=307, headers=[("location", target)])), "/assets")
    assert (answer.status, answer.header("location")) == (404, None)


def test_a_routes_own_redirect_elsewhere_is_kept():
    answer = ask(edge(Behind(status=307, headers=[("location", "/who")])), "/elsewhere")
    assert (answer.status, answer.header("location")) == (307, "/who")
