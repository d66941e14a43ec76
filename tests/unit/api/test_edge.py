import asyncio
import json
import logging

import pytest

from billing_app.api.access_log import JsonLines
from billing_app.api.rates import Limits
from billing_app.kernel.request_id import request_id
from tests.unit.api.calls import ADA, CLEO, HOUSE, TLS, Behind, ask, edge, house, post

CLEOS = ("cookie", f"quittance={CLEO}")
ADAS = ("cookie", f"quittance={ADA}")


def test_a_foreign_host_is_told_so_in_one_sentence():
    behind = Behind()
    answer = ask(edge(behind), "/", ("host", "evil.example"))
    assert (answer.status, behind.scopes) == (421, [])
    assert answer.header("content-type") == "text/plain; charset=utf-8"
    assert answer.body.count(b"\n") == 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"DEMO": "1", "PORT": "8123"}, b"This demo is at http://127.0.0.1:8123/\n"),
        (TLS, b"Please check what you typed.\n"),
    ],
)
def test_only_a_demo_names_its_address_and_never_the_one_that_was_typed(settings, words):
    answer = ask(edge(Behind(), house(**settings)), "/", ("host", "localhost:8123"))

    assert answer.status == 421
    assert answer.body == b"This is not the address of this service. " + words


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_are_answered_on_any_host(path):
    assert ask(edge(Behind()), path, ("host", "10.0.0.9:8000")).status == 200


def test_a_probe_on_another_host_is_read_only():
    assert post(edge(Behind()), "/healthz", ("host", "10.0.0.9:8000")).status == 421


@pytest.mark.parametrize("method", ["OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "get"])
def test_other_methods_are_not_possible(method):
    behind = Behind()
    answer = ask(edge(behind), "/who", ("origin", "http://evil.example"), method=method)
    assert (answer.status, answer.header("allow"), behind.scopes) == (405, "GET, HEAD, POST", [])


@pytest.mark.parametrize("site", [None, "same-origin"])
def test_our_own_form_is_let_in(site):
    headers = [("sec-fetch-site", site)] if site else []
    assert post(edge(Behind()), "/sign-in", *headers, body=[b"email=ada"]).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        [("origin", "http://evil.example")],
        [("origin", "null")],
        [("origin", "https://127.0.0.1:8000")],
        [("origin", f"{HOUSE}.evil.example")],
        [("origin", HOUSE), ("origin", HOUSE)],
        [("origin", HOUSE), ("sec-fetch-site", "cross-site")],
        [("origin", HOUSE), ("sec-fetch-site", "same-site")],
        [("origin", HOUSE), ("sec-fetch-site", "none")],
    ],
)
def test_a_form_of_somebody_else_is_refused_calmly(headers):
    behind = Behind()
    answer = post(edge(behind), "/sign-in", *headers)
    assert (answer.status, behind.scopes) == (403, [])
    assert b"nothing was done" in answer.body


def test_a_form_without_an_origin_is_refused():
    assert ask(edge(Behind()), "/sign-in", method="POST").status == 403


def test_an_exempt_path_needs_no_origin_and_its_neighbour_does():
    door = edge(Behind(), exempt=frozenset({"/webhooks/stripe"}))
    paths = ("/webhooks/stripe", "/webhooks/stripe/x")
    assert [ask(door, path, method="POST").status for path in paths] == [200, 403]


def test_a_body_within_the_limit_arrives_whole():
    behind = Behind()
    post(edge(behind), "/sign-in", body=[b"a" * 40_000, b"b" * 25_536])
    assert behind.bodies == [b"a" * 40_000 + b"b" * 25_536]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ([("content-length", "65537")], [b""]),
        ([("content-length", "-1")], [b""]),
        ([("content-length", "9" * 5_000)], [b""]),
        ([], [b"a" * 65_537]),
        ([("content-length", "10")], [b"a" * 40_000, b"a" * 40_000]),
    ],
    ids=["announced", "negative", "absurd", "at once", "streamed"],
)
def test_a_body_over_the_limit_never_reaches_a_route(headers, body):
    behind = Behind()
    answer = post(edge(behind), "/sign-in", *headers, body=body)
    assert (answer.status, behind.scopes) == (413, [])


def test_a_body_that_never_ends_is_given_up_on():
    door = edge(Behind(), limits=Limits(body_seconds=0.01))

    async def never():
        await asyncio.Event().wait()

    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/sign-in", "query_string": b""}
    headers = [(b"host", b"127.0.0.1:8000"), (b"origin", HOUSE.encode())]
    asyncio.run(door({**scope, "headers": headers}, never, send))
    assert sent[0]["status"] == 408


def test_a_page_for_anyone_needs_no_session():
    assert ask(edge(Behind()), "/who").status == 200


@pytest.mark.parametrize("path", ["/admin", "/admin/"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("cookie", "where"),
    [
        ([], "/sign-in"),
        ([("cookie", "theme=dark; quittance=short")], "/sign-in"),
        ([("cookie", f"quittance={'x' * 43}")], "/sign-in?said=over"),
    ],
    ids=["never here", "no session", "session over"],
)
def test_without_a_live_session_a_page_leads_to_sign_in(path, method, cookie, where):
    behind = Behind()
    answer = ask(edge(behind), path, *cookie, method=method)
    assert (answer.status, answer.header("location")) == (303, where)
    assert (answer.header("cache-control"), behind.scopes) == ("no-store", [])


def test_the_right_audience_sees_its_page_and_keeps_no_copy():
    answer = ask(edge(Behind()), "/admin", ADAS)
    assert (answer.status, answer.header("cache-control")) == (200, "no-store")


def test_another_audiences_page_cannot_be_found(tmp_path):
    page = tmp_path / "404.html"
    page.write_text("<h1>Not here</h1>")
    behind = Behind()
    answer = ask(edge(behind, not_found=page), "/admin", CLEOS)
    assert (answer.status, answer.body, behind.scopes) == (404, b"<h1>Not here</h1>", [])
    assert answer.header("content-type") == "text/html; charset=utf-8"
    assert answer.header("cache-control") == "no-store"


@pytest.mark.parametrize("path", ["/mailbox", "/mailbox/"])
@pytest.mark.parametrize("cookie", [[], [CLEOS], [ADAS]])
def test_a_page_that_is_nobodys_here_is_found_by_nobody(path, cookie, tmp_path):
    page = tmp_path / "404.html"
    page.write_text("<h1>Not here</h1>")
    behind = Behind()
    answer = ask(edge(behind, not_found=page), path, *cookie)
    assert (answer.status, answer.body, behind.scopes) == (404, b"<h1>Not here</h1>", [])


def test_the_not_found_page_cannot_turn_into_the_page_that_was_refused(tmp_path):
    page = tmp_path / "404.html"
    page.write_text(
        '<link rel="modulepreload" href="/assets/entry.js"/><script>theme()</script>'
        '<h1>Not here</h1><script type="module" async="">import "/assets/entry.js";\n</script>'
    )
    answer = ask(edge(Behind(), not_found=page), "/admin", CLEOS)
    assert answer.body == b"<script>theme()</script><h1>Not here</h1>"


@pytest.mark.parametrize("built", [None, '<div id="root"></div><script>draw()</script>'])
def test_without_a_page_that_speaks_for_itself_not_found_is_a_sentence(built, tmp_path):
    page = tmp_path / "404.html"
    if built:
        page.write_text(built)
    answer = ask(edge(Behind(), not_found=page), "/admin", CLEOS)
    assert (answer.status, answer.body) == (404, b"We cannot find that.\n")


def test_a_head_is_told_the_length_and_spared_the_body():
    answer = ask(edge(Behind()), "/admin", CLEOS, method="HEAD")
    assert (answer.status, answer.header("content-length"), answer.body) == (404, "21", b"")


@pytest.mark.parametrize(
    "behind",
    [
        Behind(raises=RuntimeError("card 4242")),
        Behind(status=500, body=b"Traceback: card 4242"),
    ],
    ids=["raised", "answered"],
)
def test_a_failure_is_a_calm_sentence_with_a_number_to_quote(behind):
    answer = ask(edge(behind), "/files")
    number = answer.header("x-request-id")
    assert answer.status == 500
    assert number
    assert number in answer.body.decode()
    assert b"4242" not in answer.body


def test_the_traceback_of_a_failure_is_in_the_log(caplog):
    ask(edge(Behind(raises=RuntimeError("out of ink"))), "/files")
    (record,) = [record for record in caplog.records if record.name == "quittance.edge"]
    assert "out of ink" in JsonLines().format(record)


def test_half_an_answer_is_cut_off_instead_of_mended():
    async def breaks(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("out of paper")

    with pytest.raises(RuntimeError, match="out of paper"):
        ask(edge(breaks), "/files")


def test_an_answer_that_never_came_is_a_failure():
    async def silent(scope, receive, send):
        return

    assert ask(edge(silent), "/files").status == 500


def test_a_failing_session_check_shows_nothing():
    async def broken(_):
        raise ConnectionError("database away")

    behind = Behind()
    assert ask(edge(behind, session_audience=broken), "/admin", ADAS).status == 500
    assert behind.scopes == []


def test_every_request_has_its_own_number_and_others_can_read_it():
    seen = []

    async def reads(scope, receive, send):
        seen.append(request_id.get())
        await Behind()(scope, receive, send)

    door = edge(reads)
    answers = [ask(door, "/files", ("x-request-id", "chosen")) for _ in range(2)]
    assert [answer.header("x-request-id") for answer in answers] == seen
    assert len({*seen, "chosen", ""}) == 4


def test_a_lifespan_passes_through_untouched():
    passed = []

    async def inner(scope, receive, send):
        passed.append((scope, receive, send))

    calls = ({"type": "lifespan"}, object(), object())
    asyncio.run(edge(inner)(*calls))
    assert passed == [calls]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/who", "/who"),
        ("/pay/tok_SECRET", "/pay/…"),
        ("/PAY/tok_SECRET", "/PAY/…"),
        ("/pay/tok_SECRET/receipt", "/pay/…/receipt"),
        ("/reset/tok_SECRET", "/reset/…"),
        ("/invite/tok_SECRET", "/invite/…"),
        ("/enter/tok_SECRET", "/enter/…"),
        ("/receipt/tok_SECRET", "/receipt/…"),
        ("//pay/tok_SECRET", "…"),
        ("/x/../pay/tok_SECRET", "…"),
    ],
)
def test_the_access_log_tells_who_and_what_and_no_secret(path, shown, caplog):
    caplog.set_level(logging.INFO)
    cookie = ("cookie", f"quittance={ADA}")
    ask(edge(Behind()), path, cookie, query=b"token=tok_SECRET", body=[b"tok_SECRET"])
    (record,) = [record for record in caplog.records if record.name == "quittance.access"]
    line = JsonLines().format(record)
    told = json.loads(line)
    assert (told["path"], told["method"], told["client"]) == (shown, "GET", "192.0.2.7")
    assert {"at", "request_id", "status", "ms"} <= told.keys()
    assert "SECRET" not in line + record.getMessage()
    assert ADA not in line + record.getMessage()


def test_the_log_names_the_audience_when_it_was_looked_up(caplog):
    caplog.set_level(logging.INFO)
    ask(edge(Behind()), "/admin", CLEOS)
    told = json.loads(JsonLines().format(caplog.records[-1]))
    assert (told["status"], told["audience"]) == (404, "customer")


def test_a_log_line_is_one_line_whatever_is_in_it():
    record = logging.LogRecord("x", logging.INFO, "", 0, 'a\n"b"\ud800', None, None)
    line = JsonLines().format(record)
    assert "\n" not in line
    assert line.encode()


def test_under_tls_the_cookie_of_the_host_opens_the_page():
    cookie = ("cookie", f"__Host-quittance={ADA}")
    answer = ask(edge(Behind(), house(**TLS)), "/admin", ("host", "pay.example.com"), cookie)
    assert answer.status == 200
