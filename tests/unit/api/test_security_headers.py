import pytest

from tests.unit.api.calls import ADA, TLS, Behind, ask, edge, house

ADAS = ("cookie", f"quittance={ADA}")
POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'sha256-abc='",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self' ws://127.0.0.1:8000",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}


def _policy(answer) -> dict[str, str]:
    parts = answer.header("content-security-policy").split("; ")
    return dict(part.split(" ", 1) for part in parts)


@pytest.mark.parametrize("path", ["/who", "/files", "/admin", "/_upload", "//evil"])
def test_every_answer_tells_the_browser_what_it_may_do(path):
    answer = ask(edge(Behind()), path)
    assert _policy(answer) == POLICY
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("x-frame-options") == "DENY"
    assert answer.header("cross-origin-opener-policy") == "same-origin"
    assert answer.header("cross-origin-resource-policy") == "same-origin"
    assert "camera=()" in (answer.header("permissions-policy") or "")
    assert answer.header("strict-transport-security") is None


def test_our_own_forms_may_say_where_they_come_from():
    """With `no-referrer` a browser posts them with `Origin: null`, which we refuse."""
    assert ask(edge(Behind()), "/").header("referrer-policy") == "same-origin"


def test_under_tls_encryption_is_remembered_and_the_socket_is_encrypted():
    answer = ask(edge(Behind(), house(**TLS)), "/", ("host", "pay.example.com"))
    assert answer.header("strict-transport-security") == "max-age=31536000"
    assert _policy(answer)["connect-src"] == "'self' wss://pay.example.com"


def test_what_is_ours_to_say_cannot_be_said_otherwise_by_a_route():
    answer = ask(
        edge(
            Behind(
                headers=[
                    ("content-security-policy", "default-src *"),
                    ("X-Frame-Options", "ALLOWALL"),
                    ("x-request-id", "chosen"),
                    ("server", "granian"),
                    ("x-powered-by", "Python"),
                    ("Access-Control-Allow-Origin", "http://evil.example"),
                    ("access-control-allow-credentials", "true"),
                    ("x-kept", "yes"),
                ]
            )
        ),
        "/files",
        ("origin", "http://evil.example"),
    )
    names = [name.lower() for name, _ in answer.headers]
    assert len(names) == len(set(names))
    assert not [name for name in names if name.startswith("access-control-")]
    assert (answer.header("server"), answer.header("x-powered-by")) == ("Quittance", None)
    assert answer.header("x-request-id") != "chosen"
    assert answer.header("x-kept") == "yes"


@pytest.mark.parametrize(
    ("path", "status", "cache"),
    [
        ("/assets/index-4teGSevw.js", 200, "public, max-age=31536000, immutable"),
        ("/assets/index-4teGSevw.js", 304, "public, max-age=31536000, immutable"),
        ("/assets/gone-4teGSevw.js", 404, "no-store"),
        ("/who", 200, "no-cache"),
        ("/who", 304, "no-cache"),
        ("/who", 404, "no-store"),
        ("/admin", 200, "no-store"),
        ("/files", 200, "no-store"),
        ("/favicon.ico", 200, "no-cache"),
        ("/fonts/text.woff2", 200, "no-cache"),
    ],
)
def test_only_what_is_public_is_kept_by_a_browser(path, status, cache):
    answer = ask(edge(Behind(status=status)), path, ADAS)
    assert (answer.status, answer.header("cache-control")) == (status, cache)


def test_a_routes_own_word_about_caching_wins():
    behind = Behind(headers=[("Cache-Control", "private, max-age=60")])
    answer = ask(edge(behind), "/assets/x.js")
    kept = [value for name, value in answer.headers if name.lower() == "cache-control"]
    assert kept == ["private, max-age=60"]


def test_assets_carry_the_policy_without_the_hashes_of_pages():
    answer = ask(edge(Behind()), "/assets/x.js")
    assert _policy(answer) == POLICY | {"script-src": "'self'"}
