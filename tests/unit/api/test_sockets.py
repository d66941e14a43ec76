import asyncio
import json
import logging
import re
from urllib.parse import parse_qsl

import pytest

from billing_app.api.access_log import JsonLines
from billing_app.api.rates import Limits
from billing_app.kernel.session_header import hashed
from tests.unit.api.calls import (
    ADA,
    CLEO,
    CLICK,
    CONNECT,
    GOOD_QUERY,
    HOUSE,
    TAB,
    TLS,
    UNKNOWN,
    Line,
    edge,
    house,
    open_socket,
    speak,
)


@pytest.mark.parametrize("path", ["/_event", "/_event/"])
def test_our_own_page_gets_its_socket(path):
    line = open_socket(CONNECT, CLICK, path=path)
    assert (line.heard, line.closed_with) == ([CONNECT, CLICK], None)
    assert line.scopes[0]["path"] == "/_event/"


@pytest.mark.parametrize("path", ["/", "/_event/x", "/_eventx", "/admin", "/_event//"])
def test_there_is_one_socket_and_no_other(path):
    assert not open_socket(path=path).scopes


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("origin", "null")],
        [("origin", "http://evil.example")],
        [("origin", f"{HOUSE}.evil.example")],
        [("origin", "https://127.0.0.1:8000")],
        [("origin", HOUSE), ("origin", "http://evil.example")],
        [("origin", HOUSE), ("host", "evil.example")],
        [("cookie", f"quittance={ADA}")],
    ],
    ids=["none", "null", "evil", "suffix", "scheme", "two", "host", "cookie and none"],
)
def test_a_socket_from_elsewhere_is_refused_before_it_is_accepted(headers):
    line = open_socket(CONNECT, headers=headers)
    assert (line.scopes, line.accepted, line.closed_with) == ([], False, 1008)


def test_plain_http_does_not_open_an_encrypted_house():
    headers = [("host", "pay.example.com"), ("origin", "http://pay.example.com")]
    assert not open_socket(headers=headers, settings=house(**TLS)).scopes


@pytest.mark.parametrize(
    "query",
    [
        "",
        "EIO=4&transport=websocket",
        "token=&EIO=4&transport=websocket",
        "token=a&EIO=4&transport=websocket",
        "token=../../etc/passwd&EIO=4&transport=websocket",
        f"token={TAB}%00&EIO=4&transport=websocket",
        f"token={TAB.upper()}&EIO=4&transport=websocket",
        f"token={'a' * 2000}&EIO=4&transport=websocket",
        f"token={TAB}&token={TAB}&EIO=4&transport=websocket",
        f"token={TAB}&EIO=3&transport=websocket",
        f"token={TAB}&EIO=4&transport=polling",
        f"token={TAB}&EIO=4",
        f"{GOOD_QUERY}&sid=abc",
        f"{GOOD_QUERY}&j=1",
        f"{GOOD_QUERY}&t=" + "a" * 41,
        f"{GOOD_QUERY}&",
        f"{GOOD_QUERY}&é=1",
    ],
)
def test_a_query_that_the_client_does_not_write_is_refused(query):
    assert not open_socket(query=query).scopes


def test_the_clients_time_stamp_is_known():
    assert open_socket(query=f"{GOOD_QUERY}&t=Oz4k-1.x").accepted


def test_where_the_server_can_carry_a_sentence_a_refusal_is_one():
    line, headers = Line(), [("origin", "null")]
    door = edge(line.listen)

    async def with_words(scope, receive, send):
        extensions = {"websocket.http.response": {}}
        await door({**scope, "extensions": extensions}, receive, send)

    asyncio.run(speak(with_words, line, [], headers=headers))
    start, body = line.sent
    assert (start["type"], start["status"]) == ("websocket.http.response.start", 403)
    assert (b"x-frame-options", b"DENY") in start["headers"]
    assert body["body"].endswith(b"Please reload the page.\n")


def test_reflex_sees_the_session_by_its_hash_and_no_cookie():
    cookies = [("origin", HOUSE), ("cookie", f"quittance={ADA}"), ("authorization", "session f00")]
    line = open_socket(headers=cookies)
    headers = line.scopes[0]["headers"]
    assert (b"authorization", f"session {hashed(ADA)}".encode()) in headers
    assert [name for name, _ in headers] == [b"host", b"origin", b"authorization"]


def test_a_frame_that_does_not_fit_is_dropped_and_the_socket_lives_on():
    line = open_socket(CONNECT, UNKNOWN, "rubbish", CLICK)
    assert (line.heard, line.closed_with) == ([CONNECT, CLICK], None)


@pytest.mark.parametrize(
    ("frames", "heard"),
    [
        ([CLICK], []),
        (["41/_event,"], []),
        ([CLICK, CONNECT, CLICK], [CONNECT, CLICK]),
    ],
    ids=["before", "disconnect before", "too early"],
)
def test_what_comes_out_of_turn_is_dropped(frames, heard):
    assert open_socket(*frames).heard == heard


@pytest.mark.parametrize(
    ("frames", "heard", "code"),
    [
        ([CONNECT, CONNECT, CLICK], [CONNECT], 1008),
        ([CONNECT, CLICK, CONNECT, CLICK], [CONNECT, CLICK], 1008),
        ([CONNECT, "41/_event,", CLICK], [CONNECT], 1000),
        ([CONNECT, "41/_event,", CONNECT], [CONNECT], 1000),
    ],
    ids=["twice", "later", "after the end", "again after the end"],
)
def test_a_socket_is_for_one_connection(frames, heard, code):
    line = open_socket(*frames)
    assert (line.heard, line.closed_with) == (heard, code)


@pytest.mark.parametrize("ended_by_reflex", ["41/_event,", '44/_event,{"message":"no"}'])
def test_a_page_that_reflex_turned_away_connects_again_on_another_socket(ended_by_reflex):
    heard = []

    async def turns_away(scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            heard.append(message["text"])
            await send({"type": "websocket.send", "text": ended_by_reflex})

    line = Line()
    asyncio.run(speak(edge(turns_away), line, [CONNECT, CLICK, CONNECT, CLICK]))
    assert (heard, line.closed_with) == ([CONNECT], 1008)


@pytest.mark.parametrize(
    ("frames", "code"),
    [([], 1008), (["3"], 1008), (["rubbish"], 1008), ([CONNECT], None)],
    ids=["silent", "pong", "rubbish", "connected"],
)
def test_a_socket_that_never_connects_is_not_waited_for(frames, code):
    line = Line()

    async def a_while():
        await asyncio.sleep(0.2)

    door = edge(line.listen, limits=Limits(connect_seconds=0.05))
    asyncio.run(speak(door, line, frames, before_hanging_up=a_while))
    assert line.closed_with == code


def _inner_queries(*cookies: str, tab: str = TAB) -> list[dict[str, str]]:
    """What Reflex is told of sockets with these cookies, all at one edge."""
    line = Line()
    door = edge(line.listen)
    for cookie in cookies:
        headers = [("origin", HOUSE), *([("cookie", f"quittance={cookie}")] if cookie else [])]
        query = GOOD_QUERY.replace(TAB, tab)
        asyncio.run(speak(door, line, [CONNECT], query=query, headers=headers))
    return [dict(parse_qsl(inner["query_string"].decode())) for inner in line.scopes]


def test_a_tabs_token_names_another_state_for_every_session():
    inner = _inner_queries(ADA, CLEO, "", "odd cookie")
    tokens = [query["token"] for query in inner]
    assert len(set(tokens[:3])) == 3
    assert tokens[3] == tokens[2]
    assert TAB not in tokens
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", t) for t in tokens)


def test_a_tab_that_returns_in_its_own_session_finds_its_state():
    first, again = _inner_queries(ADA, ADA)
    assert first == again
    assert (first["EIO"], first["transport"]) == ("4", "websocket")


def test_what_a_token_is_inside_cannot_be_worked_out_outside():
    """Neither by another process, nor by asking with the token that is used inside."""
    [ours], [elsewhere] = _inner_queries(ADA), _inner_queries(ADA)
    assert ours["token"] != elsewhere["token"]
    [asked] = _inner_queries(ADA, tab=ours["token"])
    assert asked["token"] != ours["token"]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"\x00\x01", 1003),
        (b"", 1003),
        ("4" + "a" * 65_536, 1009),
        ("é" * 33_000, 1009),
        ("a" * 2_000_000, 1009),
    ],
    ids=["binary", "empty binary", "large", "large in bytes", "2 MB"],
)
def test_a_frame_that_no_page_could_send_closes_the_socket(frame, code):
    line = open_socket(CONNECT, frame, CLICK)
    assert (line.heard, line.closed_with) == ([CONNECT], code)


def test_a_frame_of_exactly_64_kib_is_read():
    filler = "a" * (65_536 - len(CLICK) - len(',"payload":{"x":""}'))
    frame = CLICK.replace(',"router', f',"payload":{{"x":"{filler}"}},"router')
    assert len(frame) == 65_536
    assert open_socket(CONNECT, frame).heard == [CONNECT, frame]


def test_after_we_closed_a_socket_nothing_more_is_said_on_it():
    async def talkative(scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] != "websocket.disconnect":
            pass
        await send({"type": "websocket.send", "text": "late"})
        assert (await receive())["type"] == "websocket.disconnect"

    line = Line()
    asyncio.run(speak(edge(talkative), line, [b"binary"]))
    assert [message["type"] for message in line.sent] == ["websocket.accept", "websocket.close"]


def test_dropped_frames_are_counted_and_told_without_what_they_said(caplog):
    caplog.set_level(logging.INFO)
    cookie = [("origin", HOUSE), ("cookie", f"quittance={ADA}")]
    open_socket(CONNECT, UNKNOWN, UNKNOWN, CLICK, headers=cookie)
    records = [record for record in caplog.records if record.name == "quittance.access"]
    lines = [JsonLines().format(record) for record in records]
    first, last = map(json.loads, lines)
    assert (first["reason"], first["client"]) == ("unknown event", "192.0.2.7")
    assert first["request_id"] == last["request_id"]
    assert (last["dropped"], last["status"], last["path"]) == (
        {"unknown event": 2},
        101,
        "/_event/",
    )
    assert not any(secret in "".join(lines) for secret in ("SECRET", ADA, TAB, hashed(ADA)))


def test_a_refused_socket_is_logged_with_its_reason(caplog):
    caplog.set_level(logging.INFO)
    open_socket(headers=[("origin", "null")])
    told = json.loads(JsonLines().format(caplog.records[-1]))
    assert (told["status"], told["reason"]) == (403, "foreign origin")
