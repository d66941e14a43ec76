"""Sixteen ways in which a gateway fails, for cards and debits, for customers and admins.

Each cell is one payment of 110.00 through the real SDK and the simulated Stripe. Whatever goes
wrong, at most one charge is made, the books say the same as the gateway in the end, and whoever
pays is told whether money moved. The table of all cells is printed at the end of a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from billing_app.access.database import Database
from tests import counting
from tests.payers import CONFIRM, GOOD, LOOK, OPEN, OWED, Means, Payer, account
from tests.shop import VISA
from tests.stripes import open_stripes
from tests.working import wait_until
from tests.world import World

FAULTS = {
    "G1": "no answer, though it was charged",
    "G2": "no answer, and nothing was charged",
    "G3": "500, and the same 500 for its key",
    "G4": "429 with a time to wait",
    "G5": "409, the key is in use",
    "G6": "400, the key was used for other words",
    "G7": "an answer that is no JSON",
    "G8": "each piece of news three times",
    "G9": "news before the answer",
    "G10": "failed, then succeeded, and old news of both",
    "G11": "fails days after it was under way",
    "G12": "taken back after it had come",
    "G13": "disputed after a part was refunded",
    "G14": "left at the bank's question, or on the page",
    "G15": "news that was not signed for us",
    "G16": "news of another amount, currency or customer",
}
COLUMNS = [(kind, who) for kind in ("card", "debit") for who in ("customer", "admin")]
IMPOSSIBLE = {
    ("G11", "card", "customer"): "a card's bank answers at once",
    ("G11", "card", "admin"): "a card's bank answers at once",
    ("G14", "debit", "admin"): "no page, and no 3-D Secure for debits",
}

NOTHING = "Nothing was charged"
NOT_KNOWN = "not known yet whether money moved"


@dataclass(frozen=True)
class Answer:
    """A mood of the gateway's, and where it leaves the attempt: at once, and in the end."""

    mood: str
    about: str
    at_once: str
    ends: str
    says: str = ""
    times: int = 9


ANSWERS = {
    ("G1", "customer"): Answer("lost_answer", LOOK, "requires_action", "succeeded"),
    ("G1", "admin"): Answer("lost_answer", CONFIRM, "unknown", "succeeded", NOT_KNOWN),
    ("G2", "customer"): Answer("unreached", OPEN, "canceled", "canceled", NOTHING),
    ("G2", "admin"): Answer("unreached", CONFIRM, "unknown", "canceled", NOT_KNOWN),
    ("G3", "customer"): Answer("failing_after", OPEN, "canceled", "canceled", NOTHING),
    ("G3", "admin"): Answer("failing_after", CONFIRM, "unknown", "succeeded", NOT_KNOWN),
    ("G4", "customer"): Answer("rate_limited", OPEN, "", "succeeded", times=1),
    ("G4", "admin"): Answer("rate_limited", CONFIRM, "", "succeeded", times=1),
    ("G5", "customer"): Answer("in_use", OPEN, "canceled", "canceled", NOTHING),
    ("G5", "admin"): Answer("in_use", CONFIRM, "unknown", "canceled", NOT_KNOWN),
    ("G6", "customer"): Answer("used_before", OPEN, "canceled", "canceled", NOTHING),
    ("G6", "admin"): Answer("used_before", CONFIRM, "unknown", "canceled", NOT_KNOWN),
    ("G7", "customer"): Answer("broken", OPEN, "canceled", "canceled", NOTHING),
    ("G7", "admin"): Answer("broken", CONFIRM, "unknown", "succeeded", NOT_KNOWN),
}

FAILING = {
    "card": Means("4000000000000341", "pm_card_chargeCustomerFail"),
    "debit": account("111111113", "accountClosed"),
}
TAKEN_BACK = {
    "card": Means("4000000000000259", "pm_card_createDispute"),
    "debit": account("666666660", "dispute"),
}
ASKS_PROOF = Means("4000002760003184", "pm_card_authenticationRequired")

_seen: dict[tuple[str, str, str], str] = {}


@pytest.fixture(scope="module", autouse=True)
def table(database: Database) -> Iterator[None]:
    """Prints what became of each cell."""
    _seen.clear()
    _seen.update(IMPOSSIBLE)
    yield
    heads = [f"{kind}, {who}" for kind, who in COLUMNS]
    where = f"gateway faults on {database.engine.dialect.name}"
    counting.say(_line(where, heads))
    for fault, title in FAULTS.items():
        told = [_seen.get((fault, *column), "not run") for column in COLUMNS]
        counting.say(_line(f"{fault:4} {title}", told))


def _line(head: str, told: list[str]) -> str:
    return " | ".join([f"{head:49}", *(f"{each:36}" for each in told)]).rstrip()


def wrong_answer(fault: str) -> Callable[[Payer], str]:
    """The gateway answers the one call that matters wrongly, or not at all."""

    def cell(payer: Payer) -> str:
        how = ANSWERS[fault, payer.who]
        payer.uses(GOOD[payer.kind])
        payer.stripes.set_mood(how.mood, about=how.about, times=str(how.times))

        payer.pays()

        assert payer.state == how.at_once or not how.at_once
        assert how.says in payer.said
        if payer.state == "unknown":
            payer.is_refused_meanwhile()
        return payer.ends(how.ends)

    return cell


def repeated_news(payer: Payer) -> str:
    payer.stripes.set_mood("duplicated", value="3", times="forever")
    payer.uses(GOOD[payer.kind])

    payer.pays(returns=False)
    payer.hears()
    payer.waits()
    payer.hears()

    assert payer.state == "succeeded"
    assert payer.verdicts("webhook").count("applied") <= 2
    return payer.ends("succeeded")


def news_first(payer: Payer) -> str:
    payer.uses(GOOD[payer.kind])
    if payer.who == "customer":
        payer.pays(returns=False)
        payer.hears()
        payer.comes_back()
    else:
        payer.stripes.set_mood("slow", value="1", about=CONFIRM)
        with ThreadPoolExecutor(1) as threads:
            heard = threads.submit(hears_of_it, payer)
            payer.pays()
            heard.result()

    source = "return" if payer.who == "customer" else "submission"
    assert "applied" in payer.verdicts("webhook")
    assert payer.verdicts(source)[-1] == "known"
    return payer.ends("succeeded")


def hears_of_it(payer: Payer) -> None:
    """Bring the news as soon as the gateway has charged."""
    charged = {"payment_intent.succeeded", "payment_intent.processing"}
    wait_until(lambda: bool(charged & {*payer.stripes.heard()}))
    payer.hears()


def late_success(payer: Payer) -> str:
    payer.uses(FAILING[payer.kind])
    if (payer.kind, payer.who) == ("card", "customer"):
        url = payer.opens()
        payer.fills(url)
        payer.hears()
        assert payer.state == "requires_action"
        payer.fills(url, VISA)
    else:
        payer.pays(returns=False)
        payer.waits()
        payer.hears()
        assert payer.state == "failed"
        succeeds_after_all(payer)

    payer.hears()
    payer.waits()
    payer.hears()
    assert payer.state == "succeeded"
    return payer.ends("succeeded")


def succeeds_after_all(payer: Payer) -> None:
    """Somebody at the gateway tries again. What failed on a page needs a page of its own."""
    if payer.who == "admin":
        payer.is_tried_again_at_the_gateway(GOOD[payer.kind])
        return
    payer.uses(GOOD[payer.kind])
    payer.pays(returns=False)


def late_failure(payer: Payer) -> str:
    payer.uses(FAILING["debit"])

    payer.pays()
    assert payer.state == "processing"
    payer.waits()
    payer.hears()

    assert NOTHING in payer.failure
    return payer.ends("failed")


def taken_back(payer: Payer) -> str:
    payer.uses(TAKEN_BACK[payer.kind])

    payer.pays()
    payer.stripes.pass_time(days=10)
    payer.hears()

    assert payer.shop.still(payer.invoice) == OWED
    assert "The payer's bank" in payer.failure
    return payer.ends("reversed")


def disputed_after_refund(payer: Payer) -> str:
    payer.uses(GOOD[payer.kind])
    payer.pays()
    payer.waits()
    payer.hears()
    payer.is_given_back(40_00)

    payer.is_disputed_and_lost()
    payer.hears()

    assert payer.shop.still(payer.invoice) == OWED
    return payer.ends("reversed")


def left_alone(payer: Payer) -> str:
    payer.uses(ASKS_PROOF)
    if payer.who == "admin":
        payer.pays()
        assert "confirm the payment themselves. Nothing was charged" in payer.said
        return payer.ends("failed")

    url = payer.opens()
    if payer.kind == "card":
        assert "/authenticate/" in payer.fills(url).headers["location"]
    payer.stripes.pass_time(hours=2)

    return payer.ends("canceled")


def forged_news(payer: Payer) -> str:
    mood = {"card": "mis_signed", "debit": "stale"}[payer.kind]
    payer.stripes.set_mood(mood if payer.who == "customer" else "other_mode", times="forever")
    payer.uses(GOOD[payer.kind])
    payer.stripes.set_mood("lost_answer", about=CONFIRM, times="9")
    payer.pays(returns=False)
    before = payer.state

    answers = payer.hears() | {payer.news.bring((body, "")).status for body, _ in payer.news.sent()}

    assert answers == {400}
    assert payer.news.kept() == []
    assert payer.state == before
    return payer.ends("succeeded")


def strange_news(payer: Payer) -> str:
    payer.uses(GOOD[payer.kind])
    payer.stripes.set_mood("lost_answer", about=CONFIRM, times="9")
    url = payer.opens() if payer.who == "customer" else ""
    if not url:
        payer.pays()
    payer.stripes.press("calm")
    before = payer.state

    payer.is_impersonated(amount=OWED - 1)
    payer.is_impersonated(currency="usd")
    payer.is_impersonated(customer=payer.stranger())
    payer.hears()

    assert payer.verdicts("webhook").count("quarantined") >= 3
    assert payer.state == before or payer.who == "admin"
    if url:
        payer.fills(url)
        payer.comes_back()
    return payer.ends("succeeded")


DOES: dict[str, Callable[[Payer], str]] = {
    fault: wrong_answer(fault) for fault in dict.fromkeys(fault for fault, _ in ANSWERS)
} | {
    "G8": repeated_news,
    "G9": news_first,
    "G10": late_success,
    "G11": late_failure,
    "G12": taken_back,
    "G13": disputed_after_refund,
    "G14": left_alone,
    "G15": forged_news,
    "G16": strange_news,
}
CELLS = [
    (fault, kind, who)
    for fault in FAULTS
    for kind, who in COLUMNS
    if (fault, kind, who) not in IMPOSSIBLE
]


@pytest.mark.parametrize(("fault", "kind", "who"), CELLS, ids=["-".join(each) for each in CELLS])
def test_money_is_taken_once_at_most_and_the_books_know_it(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
    kind: str,
    who: str,
):
    with open_stripes(tmp_path) as stripes:
        payer = Payer(world, stripes, monkeypatch, kind, who)

        _seen[fault, kind, who] = DOES[fault](payer)
