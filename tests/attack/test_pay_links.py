"""AT37–AT41: pay links, tried by whoever holds none, an old one, or another's."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlmodel import Session, select

from billing_app.access.throttling import MISSES_A_MINUTE
from billing_app.kernel.clock import clock
from billing_app.models.attempt import PaymentAttempt
from billing_app.models.pay_link import PayLink
from billing_app.models.payment import Payment
from billing_app.services import granting, linking
from billing_app.services.organizing import set_profile
from tests.attack.contents import contents
from tests.attack.payer import CARD, ENDED, Payer, attempts, session_of
from tests.links import Links
from tests.rules import rule
from tests.servers import Site


def expire(links: Links, token: str) -> None:
    """Let a link run out, behind everybody's back."""
    held = links.held(token)
    with Session(links.world.database.engine.execution_options(writes=True)) as session:
        link = session.exec(select(PayLink).where(PayLink.id == held.link_id)).one()
        link.expires_at = clock.now() - timedelta(seconds=1)
        session.add(link)
        session.commit()


def dead_tokens(links: Links) -> dict[str, str]:
    """Tokens that open nothing, each for a reason of its own."""
    good = links.link(links.invoice(100_00))
    withdrawn, rotated, expired = (links.invoice(100_00) for _ in range(3))
    tokens = {"withdrawn": links.link(withdrawn), "rotated": links.link(rotated)}
    tokens["expired"] = links.link(expired)
    links.does(lambda work: linking.withdraw_pay_link(work, withdrawn))
    links.does(lambda work: linking.rotate_pay_link(work, rotated))
    expire(links, tokens["expired"])
    return tokens | {
        "truncated": good[:-1],
        "longer": good + "A",
        "in other letters": good.swapcase(),
        "an id": rotated,
        "a guess": "A" * 43,
    }


def _opens_nothing(told: str) -> bool:
    return "'live_rx_state_': True" not in told and "A$" not in told


@rule(52)
def test_at37_whatever_opens_nothing_is_answered_alike(links: Links, payer: Payer):
    tokens = dead_tokens(links)

    pages = {payer.browser.get(f"/pay/{token}").content for token in tokens.values()}
    for name, token in tokens.items():
        assert _opens_nothing(payer.page(f"/pay/{token}")), name

    assert len(pages) == 1
    assert not _opens_nothing(payer.page(f"/pay/{links.link(links.invoice(100_00))}"))
    for name, token in list(tokens.items())[:2]:
        assert payer.said(token) == "", name
    assert (links.count(PaymentAttempt), links.count(Payment)) == (0, 0)


def test_at37_misses_are_slowed_down_and_then_a_good_link_tells_nothing_either(
    links: Links, payer: Payer
):
    token = links.link(links.invoice(100_00))
    assert all(payer.said(f"guess{number}") == "" for number in range(MISSES_A_MINUTE))

    assert payer.said("guessed") == "slow"
    assert payer.said(token) == "slow"
    assert "Too many tries" in payer.page(f"/pay/{token}")


@rule(51, 52)
def test_at38_a_link_shows_its_own_document_and_nothing_of_another(links: Links, payer: Payer):
    other = links.invoice(77_77)
    links.pay(77_77, other)
    invoice = links.invoice(100_00)
    token = links.link(invoice)

    told = payer.page(f"/pay/{token}")

    assert str(links.of(invoice, "number")) in told
    for hidden in ("77.77", "@", links.world.marsh, str(links.of(other, "number")), "att_"):
        assert hidden not in told


def test_at38_fields_that_name_another_document_change_nothing(links: Links, payer: Payer):
    invoice, other = links.invoice(100_00), links.invoice(55_00)
    forged = CARD | {"document": other, "invoice_id": other, "customer_id": links.world.bellweather}

    payer.fills(payer.leads(links.link(invoice), forged))

    assert [row[0] for row in attempts(links, invoice)] == [100_00]
    assert attempts(links, other) == []


def _about(site: Site, *known: str) -> dict[str, list[str]]:
    """All rows, of every table, in which one of these is named."""
    names = [name.replace("-", "") for name in known]
    found = {}
    for table, kept in contents(site.database).items():
        rows = sorted(repr(row).replace("-", "") for row in kept)
        found[table] = [row for row in rows if any(name in row for name in names)]
    return found


def test_at39_looking_a_hundred_times_changes_nothing(links: Links, payer: Payer, site: Site):
    token = links.link(links.invoice(100_00))
    ours = str(links.world.ada.actor.organization_id)
    before = _about(site, ours, payer.machine)

    for number in range(100):
        method = "HEAD" if number % 2 else "GET"
        path = f"/pay/{token}" + ("/return" if number % 3 else "")
        answer = payer.browser.request(method, path, headers={"Sec-Purpose": "prefetch"})
        assert answer.status_code == 200
    payer.page(f"/pay/{token}")
    payer.page(f"/pay/{token}/return", ENDED)

    assert before["pay_link"]
    assert _about(site, ours, payer.machine) == before


def test_at40_the_page_keeps_its_address_to_itself(links: Links, payer: Payer):
    token = links.link(links.invoice(100_00))

    for path in (f"/pay/{token}", f"/pay/{token}/return"):
        answer = payer.browser.get(path)
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"
        assert "set-cookie" not in answer.headers
        assert token not in answer.text
        assert re.findall(r'(?:src|href|action)="(?:https?:)?//[^"]*"', answer.text) == []
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "http" not in re.sub(r"wss?://\S+", "", policy)


def test_at41_the_token_is_in_no_log_and_no_table(links: Links, payer: Payer, site: Site):
    token = links.link(links.invoice(100_00))
    began = site.log_position()

    payer.browser.get(f"/pay/{token}")
    payer.page(f"/pay/{token}")
    there = payer.leads(token)
    payer.browser.get(f"/pay/{token}/back?s={session_of(there)}")
    payer.page(f"/pay/{token}/return", ENDED)
    payer.sends(token, {"way": "nonsense"})

    assert token not in site.log_since(began)
    assert token not in repr(contents(site.database))


@rule(52, 58)
def test_a_link_signs_nobody_in_and_needs_no_open_door(links: Links, payer: Payer):
    links.does(lambda work: granting.set_client_login(work, on=False))
    token = links.link(links.invoice(100_00))
    try:
        payer.browser.get(payer.fills(payer.leads(token)).headers["location"])
        told = payer.page(f"/pay/{token}")
    finally:
        links.does(lambda work: granting.set_client_login(work, on=True))

    assert "'paid'" in told
    assert not payer.browser.cookies


def test_bank_details_are_told_where_the_provider_takes_no_transfer(links: Links, payer: Payer):
    links.does(lambda work: set_profile(work, bank_details="BSB 012-345 Acc 678"))
    invoice = links.invoice(100_00)

    told = payer.page(f"/pay/{links.link(invoice)}")

    assert "BSB 012-345 Acc 678" in told
    assert "bank_transfer" not in told
