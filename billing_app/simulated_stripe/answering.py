"""From a request on the wire to the answer: who asks, what for, and whether it was asked before.

Everything that a request does, and the answer that its key keeps, is one transaction, so a
process that is killed leaves either all of it or nothing.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from billing_app.config import Secret
from billing_app.kernel.clock import clock
from billing_app.simulated_stripe import due, forms, grammar, moods, refusals
from billing_app.simulated_stripe.desk import API_VERSION, Asked, Desk, Params, Place
from billing_app.simulated_stripe.operations import Operation, find
from billing_app.simulated_stripe.refusals import Refusal
from billing_app.simulated_stripe.shape import opened
from billing_app.simulated_stripe.store import Store

_KEYS_KEPT_S = 86_400
_REQUESTS_KEPT = 2_000


@dataclass(frozen=True)
class Call:
    """A request as it came in."""

    method: str
    path: str
    query: bytes
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What goes back, and how badly."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    after_s: int = 0
    cut: bool = False


@dataclass(frozen=True)
class _Request:
    """A call that was understood."""

    operation: Operation
    asked: Asked
    call: Call
    key: str
    request_id: str

    @property
    def fingerprint(self) -> str:
        """The same for the same request."""
        said = json.dumps([self.call.path, self.asked.params], sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()


class Answering:
    """The API of the simulated Stripe."""

    def __init__(self, store: Store, base: str, key: Secret) -> None:
        self.store = store
        self.base = base
        self._key = key

    def answer(self, call: Call) -> Answer:
        """Do what is asked, or say why not."""
        request_id = self._fresh_request_id()
        known = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
        key = call.headers.get("idempotency-key", "")
        if key:
            known["Idempotency-Key"] = key
        try:
            answer = self._answer(self._understood(call, key, request_id))
        except Refusal as refusal:
            answer = _refused(refusal, request_id)
        return replace(answer, headers=known | answer.headers)

    def happen(self) -> int:
        """Have everything happen that has become due."""
        with self.store.reading() as connection:
            if not due.is_any(Desk(connection, Place(self.base), now())):
                return 0
        with self.store.writing() as connection:
            return due.happen(Desk(connection, Place(self.base), now()))

    def _understood(self, call: Call, key: str, request_id: str) -> _Request:
        self._let_in(call)
        found = find(call.method, call.path)
        if found is None:
            raise Refusal(
                f"Unrecognized request URL ({call.method}: {call.path}). Please see"
                " https://stripe.com/docs or we can help at https://support.stripe.com/.",
                status=404,
            )
        operation, shown, part = found
        given = forms.read(call.body if call.method == "POST" else call.query)
        params = grammar.check(given, operation.accepts, operation.honours)
        return _Request(operation, Asked(params, shown, part), call, key, request_id)

    def _let_in(self, call: Call) -> None:
        said = call.headers.get("authorization", "")
        if not said.startswith("Bearer "):
            raise Refusal(
                "You did not provide an API key. You need to provide your API key in the"
                " Authorization header, using Bearer auth (e.g. 'Authorization: Bearer"
                " YOUR_SECRET_KEY').",
                status=401,
            )
        given = said.removeprefix("Bearer ")
        if given != self._key.reveal():
            hidden = f"{given[:8]}***{given[-4:]}" if len(given) > 16 else "***"
            raise Refusal(f"Invalid API Key provided: {hidden}", status=401)
        version = call.headers.get("stripe-version", API_VERSION)
        if version != API_VERSION:
            raise Refusal(f"Invalid Stripe API version: {version}")

    def _answer(self, request: _Request) -> Answer:
        self.happen()
        if request.call.method == "GET":
            return self._read(request)
        with self.store.writing() as connection:
            desk = self._desk(connection, request)
            if kept := self._kept(desk, request):
                return kept
            manner = _manner(desk, request)
            if "slow_before" not in manner:
                return self._execute(desk, request, manner)
            if request.key:
                _keep(desk, request, Answer(0, ""), time.time() + manner["slow_before"])
        time.sleep(manner["slow_before"])
        with self.store.writing() as connection:
            return self._execute(self._desk(connection, request), request, manner)

    def _read(self, request: _Request) -> Answer:
        with self.store.reading() as connection:
            desk = self._desk(connection, request)
            if not moods.standing(desk):
                return self._do(desk, request)
        with self.store.writing() as connection:
            desk = self._desk(connection, request)
            return self._execute(desk, request, _manner(desk, request))

    def _execute(self, desk: Desk, request: _Request, manner: dict[str, int]) -> Answer:
        """Do it, and note under the key what was answered."""
        if "unreached" in manner:
            return Answer(0, "", cut=True)
        if "rate_limited" in manner:
            return _refused(refusals.too_many(), request.request_id)
        if "in_use" in manner:
            return _refused(refusals.key_in_use(request.key), request.request_id)
        if "used_before" in manner:
            return _refused(refusals.same_key_other_request(request.key), request.request_id)
        if "failing" in manner:
            answer = _refused(refusals.our_fault(), request.request_id)
        else:
            answer = self._do(desk, request)
        if "failing_after" in manner:
            answer = _refused(refusals.our_fault(), request.request_id)
        delay = manner.get("slow", 0)
        if request.key and request.call.method == "POST":
            _keep(desk, request, answer, time.time() + delay if delay else 0)
        _note(desk, request, answer.status)
        if "broken" in manner:
            return replace(answer, body=answer.body[: len(answer.body) // 2])
        return replace(answer, after_s=delay, cut="lost_answer" in manner)

    def _do(self, desk: Desk, request: _Request) -> Answer:
        """Do it. What is refused leaves nothing behind, unless it is meant to."""
        desk.connection.execute("SAVEPOINT asked")
        try:
            obj = request.operation.does(desk, request.asked)
            body = json.dumps(opened(desk, obj, request.asked.params.get("expand", [])))
            answer = Answer(200, body)
        except Refusal as refusal:
            if not refusal.keeps:
                desk.connection.execute("ROLLBACK TO asked")
                desk.let_go()
            answer = _refused(refusal, request.request_id)
        desk.flush()
        return answer

    def _kept(self, desk: Desk, request: _Request) -> Answer | None:
        """The answer that this key had before."""
        found = desk.connection.execute(
            "SELECT * FROM answers WHERE key = ? AND created > ?",
            (request.key, desk.now - _KEYS_KEPT_S),
        ).fetchone()
        if not request.key or found is None:
            return None
        if found["path"] != request.call.path:
            raise refusals.same_key_other_path(request.key, found["path"], request.call.path)
        if found["asked"] != request.fingerprint:
            raise refusals.same_key_other_request(request.key)
        if found["busy_until"] > time.time():
            raise refusals.key_in_use(request.key)
        if not found["status"]:
            return None
        replayed = {"Idempotent-Replayed": "true", "Original-Request": found["request_id"]}
        if found["status"] >= 500:
            replayed["Stripe-Should-Retry"] = "false"
        return Answer(found["status"], found["body"], replayed)

    def _desk(self, connection: Any, request: _Request) -> Desk:
        return Desk(connection, Place(self.base, request.request_id, request.key or None), now())

    def _fresh_request_id(self) -> str:
        return f"req_{hashlib.sha256(str(time.perf_counter_ns()).encode()).hexdigest()[:14]}"


def now() -> int:
    """The one clock, as Stripe counts."""
    return int(clock.now().timestamp())


def _manner(desk: Desk, request: _Request) -> dict[str, int]:
    params = request.asked.params
    return moods.taken(
        desk,
        moods.ABOUT_ANSWERS,
        f"{request.call.method} {request.call.path}",
        _labels(params) if request.call.method == "POST" else None,
        usually="POST *",
    )


def _labels(params: Params) -> dict[str, str]:
    inner = params.get("payment_intent_data") or {}
    return (inner.get("metadata") or {}) | (params.get("metadata") or {})


def _keep(desk: Desk, request: _Request, answer: Answer, busy_until: float) -> None:
    desk.connection.execute(
        "INSERT OR REPLACE INTO answers"
        " (key, asked, path, request_id, created, busy_until, status, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            request.key,
            request.fingerprint,
            request.call.path,
            request.request_id,
            desk.now,
            busy_until,
            answer.status,
            answer.body,
        ),
    )
    old = desk.now - _KEYS_KEPT_S
    desk.connection.execute("DELETE FROM answers WHERE created < ?", (old,))


def _note(desk: Desk, request: _Request, status: int) -> None:
    """Write the request into the record of what was asked."""
    made = desk.connection.execute(
        "INSERT INTO requests (at, request_id, method, path, params, key, status)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            desk.now,
            request.request_id,
            request.call.method,
            request.call.path,
            json.dumps(request.asked.params),
            request.key,
            status,
        ),
    )
    old = (made.lastrowid or 0) - _REQUESTS_KEPT
    desk.connection.execute("DELETE FROM requests WHERE seq <= ?", (old,))


def _refused(refusal: Refusal, request_id: str) -> Answer:
    url = f"https://dashboard.stripe.com/test/logs/{request_id}"
    body = json.dumps({"error": refusal.error | {"request_log_url": url}})
    return Answer(refusal.status, body, dict(refusal.headers))
