import json
import time

import pytest

from billing_app.api.frames import Frame, FrameRefused, read_frame
from tests.unit.api.calls import ADD, REPORT

EVENTS = frozenset({ADD, REPORT})
ROUTER = {"pathname": "/", "asPath": "/"}
EVENT = {"name": ADD, "router_data": ROUTER}


def _event(**changed) -> str:
    return "42/_event," + json.dumps(["event", {**EVENT, **changed}])


def _connect(auth) -> str:
    return "40/_event," + json.dumps(auth)


def _nested(depth: int) -> dict:
    payload: object = "bottom"
    for _ in range(depth):
        payload = {"in": payload}
    return payload


# Recorded from the browser, shortened; the tests of whole journeys prove them as well.
SENT_BY_OUR_PAGES = {
    "pong": ("3", Frame.ENGINE),
    "close": ("1", Frame.ENGINE),
    "disconnect": ("41/_event,", Frame.DISCONNECT),
    "bare connect": ("40/_event,", Frame.CONNECT),
    "connect": (
        '40/_event,{"event":{"name":"COUNT","payload":{"hashes":["baac","d9e3"]},"router_data":'
        '{"pathname":"/","asPath":"/"}},"state_schema":"e9438b16"}',
        Frame.CONNECT,
    ),
    "click": (
        '42/_event,["event",{"name":"COUNT","event_actions":{"throttle":2000},"router_data":'
        '{"pathname":"/pay","asPath":"/pay?x=1#top","query":{"x":"1","token":"t","y":null}}}]',
        Frame.MESSAGE,
    ),
    "form": (
        '42/_event,["event",{"name":"COUNT","payload":{"form":{"__reflex_form_data__":'
        '[["name","Zoë 🙂"]]}},"router_data":{"pathname":"/","asPath":"/"}}]',
        Frame.MESSAGE,
    ),
    "client error": (
        '42/_event,["client_error",{"message":"no reducer","error_type":"state_update"}]',
        Frame.MESSAGE,
    ),
    "an error of the page": (_event(name=REPORT, payload={"info": "x"}), Frame.REPORT),
    "test of the line": ('42/_event,["ping"]', Frame.MESSAGE),
}

NOT_SENT_BY_OUR_PAGES = {
    "empty": "",
    "upgrade": "5",
    "probe": "2probe",
    "ping of a client": "2",
    "pong with words": "3probe",
    "binary in text": "bAAAA",
    "default namespace": '42["event",{}]',
    "other namespace": '42/admin,["event",{}]',
    "namespace with query": '40/_event?token=x,{"event":null}',
    "longer namespace": "40/_events,",
    "acknowledged": '42/_event,7["ping"]',
    "an acknowledgement": "43/_event,7[]",
    "a connect error": "44/_event,{}",
    "binary event": '45/_event,1-["event",{"_placeholder":true,"num":0}]',
    "no JSON": '42/_event,["event",{',
    "two JSONs": '42/_event,["ping"]["ping"]',
    "bottomless": "42/_event," + "[" * 60_000,
    "endless number": _event(payload={"n": 0}).replace("0", "9" * 5_000),
    "other message": '42/_event,["disconnect"]',
    "ping with more": '42/_event,["ping",1]',
    "event without data": '42/_event,["event"]',
    "event with more": '42/_event,["event",{},{}]',
    "event as text": '42/_event,["event","{}"]',
    "event as list": '42/_event,["event",[]]',
    "no name": '42/_event,["event",{"router_data":{}}]',
    "unknown name": _event(name="reflex___state____state.admin.refund"),
    "private name": _event(name=ADD + "_"),
    "name as list": _event(name=[ADD]),
    "name as number": _event(name=1),
    "extra key": _event(token="x"),
    "handler": _event(handler="uploadFiles"),
    "trace": _event(traceparent="00-1-1-01"),
    "payload null": _event(payload=None),
    "payload list": _event(payload=[1]),
    "payload text": _event(payload="x"),
    "payload too deep": _event(payload=_nested(7)),
    "actions too deep": _event(event_actions=_nested(7)),
    "NaN": _event(payload={"n": float("nan")}),
    "Infinity": _event(payload={"n": float("inf")}),
    "minus Infinity": _event(payload={"n": [float("-inf")]}),
    "overflowing": _event(payload={"n": 0}).replace('"n": 0', '"n": 1e999'),
    "NUL": _event(payload={"x": "a\0b"}),
    "NUL in a key": _event(payload={"a\0b": 1}),
    "half a pair": _event(payload={"x": "\ud800"}),
    "no router": '42/_event,["event",{"name":"COUNT"}]',
    "router null": _event(router_data=None),
    "router with headers": _event(router_data={**ROUTER, "headers": {"authorization": "x"}}),
    "router with address": _event(router_data={**ROUTER, "ip": "127.0.0.1"}),
    "path as list": _event(router_data={"pathname": ["/"]}),
    "path too long": _event(router_data={"pathname": "/" + "a" * 2_000}),
    "query as text": _event(router_data={**ROUTER, "query": "x=1"}),
    "query with number": _event(router_data={**ROUTER, "query": {"x": 1}}),
    "query too long": _event(router_data={**ROUTER, "query": {"x": "a" * 2_001}}),
    "query with many": _event(router_data={**ROUTER, "query": {str(n): "" for n in range(51)}}),
    "query with a long list": _event(router_data={**ROUTER, "query": {"x": [""] * 100}}),
    "query with a long name": _event(router_data={**ROUTER, "query": {"a" * 2_001: []}}),
    "router data too long in all": _event(
        router_data={**ROUTER, "query": {str(n): "a" * 1_400 for n in range(3)}}
    ),
    "too many values": _event(payload={"a": [[]] * 1_000}),
    "too many values in two places": _event(
        payload={"a": [1] * 500}, event_actions={"b": [1] * 500}
    ),
    "connect with too many values": _connect({"event": {**EVENT, "payload": {"a": [1] * 1_000}}}),
    "connect with more": _connect({"event": EVENT, "admin": True}),
    "connect with an error": _connect({"event": {**EVENT, "name": REPORT}}),
    "connect as list": _connect([EVENT]),
    "connect with unknown event": _connect({"event": {**EVENT, "name": "refund"}}),
    "connect with NaN": _connect({"event": {**EVENT, "payload": {"n": float("nan")}}}),
    "connect with odd schema": _connect({"state_schema": {"a": 1}}),
    "connect without comma": '40/_event{"event":null}',
    "disconnect with words": '41/_event,{"x":1}',
    "error as text": '42/_event,["client_error","x"]',
    "error with more": '42/_event,["client_error",{"stack":"x"}]',
    "error too long": json.dumps(["client_error", {"message": "x" * 2_001}]).join(
        ["42/_event,", ""]
    ),
}


@pytest.mark.parametrize(("text", "frame"), SENT_BY_OUR_PAGES.values(), ids=SENT_BY_OUR_PAGES)
def test_what_our_pages_say_is_understood(text, frame):
    assert read_frame(text.replace("COUNT", ADD), EVENTS) is frame


@pytest.mark.parametrize("text", NOT_SENT_BY_OUR_PAGES.values(), ids=NOT_SENT_BY_OUR_PAGES)
def test_what_our_pages_never_say_is_refused(text):
    with pytest.raises(FrameRefused):
        read_frame(text.replace("COUNT", ADD), EVENTS)


def test_the_deepest_payload_that_is_allowed_is_allowed():
    assert read_frame(_event(payload=_nested(6)), EVENTS) is Frame.MESSAGE


def test_as_many_values_as_are_allowed_are_allowed():
    full = {**ROUTER, "query": {str(n): "a" for n in range(50)}}
    assert read_frame(_event(payload={"a": [1] * 900}, router_data=full), EVENTS) is Frame.MESSAGE


def test_a_long_note_full_of_commas_and_quotes_is_no_crowd():
    note = 'one, "two", [three], {four}\\, ' * 1_000
    assert read_frame(_event(payload={"note": note}), EVENTS) is Frame.MESSAGE


@pytest.mark.parametrize(
    "hostile",
    ["[],", '"\\"', '\\"', '"', "\\", '"",', "{", "[[],"],
)
def test_no_text_takes_long_to_refuse(hostile):
    text = '42/_event,["event",{"payload":"' + hostile * (60_000 // len(hostile))
    began = time.process_time()
    with pytest.raises(FrameRefused):
        read_frame(text + "," * 2_100, EVENTS)
    assert time.process_time() - began < 0.1


def test_a_crowd_of_values_is_refused_for_being_one():
    with pytest.raises(FrameRefused, match="too many values"):
        read_frame(_event(payload={"a": [[]] * 21_000}), EVENTS)


def test_a_reason_never_repeats_what_was_said():
    for text in NOT_SENT_BY_OUR_PAGES.values():
        with pytest.raises(FrameRefused) as refused:
            read_frame(text, EVENTS)
        assert str(refused.value).replace(" ", "").isalpha()
        assert refused.value.__cause__ is None
