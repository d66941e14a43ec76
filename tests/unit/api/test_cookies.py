import hashlib

import pytest
from starlette.responses import Response

from billing_app.api.cookies import (
    clear_session_cookie,
    session_cookie_name,
    session_hash,
    set_session_cookie,
)
from billing_app.kernel.session_header import hashed
from tests.unit.api.calls import ADA, CLEO, TLS, Behind, ask, edge, house


def _flags(response: Response) -> set[str]:
    return {part.strip().lower() for part in response.headers["set-cookie"].split(";")[1:]}


def test_under_tls_the_cookie_is_bound_to_the_host_and_to_encryption():
    response = Response()
    set_session_cookie(response, ADA, house(**TLS))
    assert response.headers["set-cookie"].startswith(f"__Host-quittance={ADA};")
    assert _flags(response) == {"secure", "httponly", "samesite=lax", "path=/"}


def test_without_tls_the_cookie_does_not_demand_what_the_browser_would_refuse():
    response = Response()
    set_session_cookie(response, ADA, house())
    assert response.headers["set-cookie"].startswith(f"quittance={ADA};")
    assert _flags(response) == {"httponly", "samesite=lax", "path=/"}


def test_a_cleared_cookie_has_the_flags_it_was_set_with_and_no_time_left():
    response = Response()
    clear_session_cookie(response, house(**TLS))
    assert {"secure", "httponly", "samesite=lax", "path=/", "max-age=0"} <= _flags(response)


def test_the_hash_is_the_sha256_that_the_database_keeps():
    assert hashed(ADA) == hashlib.sha256(ADA.encode()).hexdigest()


def test_the_cookie_is_found_among_others():
    assert session_hash([f"theme=dark; quittance={ADA}", "x=1"], house()) == hashed(ADA)


@pytest.mark.parametrize(
    "cookies",
    [
        [],
        ["quittance="],
        ["quittance=short"],
        [f"quittance={ADA[:-1]}é"],
        [f"quittance={'a' * 201}"],
        [f"Quittance={ADA}"],
        [f"quittance={ADA}; quittance={CLEO}"],
        [f"quittance={ADA}", f"quittance={CLEO}"],
    ],
    ids=["none", "empty", "short", "letters", "long", "case", "two", "two headers"],
)
def test_a_cookie_that_we_did_not_write_is_no_session(cookies):
    assert session_hash(cookies, house()) is None


def test_under_tls_the_plain_name_is_not_believed():
    assert session_cookie_name(house(**TLS)) == "__Host-quittance"
    assert session_hash([f"quittance={ADA}"], house(**TLS)) is None


def test_behind_the_edge_a_cookie_is_only_known_by_its_hash():
    behind = Behind()
    ask(
        edge(behind),
        "/files",
        ("cookie", f"quittance={ADA}"),
        ("authorization", "session f00"),
        ("Authorization", "Bearer f00"),
    )
    assert behind.seen("cookie") == []
    assert behind.seen("authorization") == [f"session {hashed(ADA)}"]
    assert ADA not in str(behind.scopes)


def test_an_authorization_that_the_client_wrote_never_arrives():
    behind = Behind()
    ask(edge(behind), "/files", ("authorization", f"session {hashed(ADA)}"))
    assert behind.seen("authorization") == []
