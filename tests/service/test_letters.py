"""Letters: when they are sent, what is kept of them, and the log; on both databases."""

from __future__ import annotations

import logging
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest

from billing_app.access.actors import RunnerActor
from billing_app.access.installation import work_now
from billing_app.documents.letters import mailbox
from billing_app.jobs.send_letter import IN_THE_MAILBOX
from billing_app.jobs.trouble import GiveUp, NotReady, TryLater
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Conflict, NotAllowed, NotFound
from billing_app.reads import letters
from billing_app.reads.letters import LINK_GONE, NO_SERVER, LetterRow
from billing_app.reads.paging import PAGE
from billing_app.services import granting, resending
from tests.attack.contents import contents
from tests.mail_server import Clerk, mail_server
from tests.posting import (
    FROM,
    PUBLIC_URL,
    change,
    jobs_about,
    kept,
    place,
    rename_business,
    send,
    settle_job,
    token_in,
    write,
)
from tests.world import World

DEMO = {"DEMO": "1", "PUBLIC_URL": "http://127.0.0.1:8000"}


def log(world: World) -> list[LetterRow]:
    return world.ada.does(letters.letters).rows


def line(world: World, letter_id: str) -> tuple[str, str]:
    row = next(row for row in log(world) if row.id == letter_id)
    return row.status, row.note


def test_a_letter_is_sent_once_and_carries_its_token(world: World):
    clerk = Clerk()
    letter_id = write(world, "sign_in", world.cleo)
    assert line(world, letter_id) == ("waiting", "")
    with mail_server(clerk) as host:
        send(place(world, host), letter_id)
        send(place(world, host), letter_id)

    assert clerk.ids == [f"<{letter_id}@pay.example.com>"]
    assert clerk.envelopes == [(FROM, [world.email("cleo")])]
    text = clerk.taken[0].get_body(("plain",)).get_content()
    assert f"{PUBLIC_URL}/enter/{token_in(world, letter_id)}" in text.splitlines()
    assert text.startswith("Hello Cleo,")
    assert kept(world, letter_id).sent_at is not None
    assert line(world, letter_id) == ("sent", "")


PATHS = {
    "sign_in": "/enter/",
    "invitation": "/invite/",
    "reset": "/reset/",
    "access_granted": "/sign-in",
    "access_revoked": "",
    "password_changed": "/forgot",
}


@pytest.mark.parametrize("kind", PATHS)
def test_each_kind_leads_where_it_should(world: World, kind: str):
    clerk = Clerk()
    person = world.contact(world.ada, world.marsh, "leaver", "customer")
    if kind == "access_revoked":
        world.ada.does(lambda work: granting.revoke_access(work, person.contact_id))
    letter_id = write(world, kind, world.grace if kind == "invitation" else person)
    with mail_server(clerk) as host:
        send(place(world, host), letter_id)

    text = clerk.taken[0].get_body(("plain",)).get_content()
    links = [words for words in text.split() if words.startswith("http")]
    assert [link.startswith(PUBLIC_URL + PATHS[kind]) for link in links] == [True] * len(links)
    assert len(links) == (0 if kind == "access_revoked" else 1)


def test_what_a_letter_says_is_looked_up_when_it_leaves(world: World):
    clerk = Clerk()
    letter_id = write(world, "access_granted", world.cleo)
    rename_business(world, world.harbour, "Tideway")
    with mail_server(clerk) as host:
        send(place(world, host), letter_id)

    assert clerk.taken[0]["Subject"] == "You can now sign in to Tideway"


@pytest.mark.parametrize("ended", ["used_at", "withdrawn_at", "expires_at"])
def test_a_letter_whose_link_is_gone_stays_here(world: World, ended: str):
    clerk = Clerk()
    letter_id = write(world, "sign_in", world.cleo)
    change(world, letter_id, **{ended: clock.now() - timedelta(seconds=1)})
    with mail_server(clerk) as host:
        send(place(world, host), letter_id)
    settle_job(world, letter_id, done_at=clock.now())

    assert clerk.taken == []
    assert line(world, letter_id) == ("needless", LINK_GONE)


def test_news_that_is_no_longer_true_stays_here(world: World):
    clerk = Clerk()
    granted = write(world, "access_granted", world.cleo)
    revoked_too_early = write(world, "access_revoked", world.carl)
    world.ada.does(lambda work: granting.revoke_access(work, world.cleo.contact_id))
    with mail_server(clerk) as host:
        send(place(world, host), granted)
        send(place(world, host), revoked_too_early)

    assert clerk.taken == []
    assert "has ended" in kept(world, granted).answer
    assert "given back" in kept(world, revoked_too_early).answer


def test_without_a_server_a_letter_waits(world: World):
    letter_id = write(world, "sign_in", world.cleo)

    with pytest.raises(NotReady, match=NO_SERVER):
        send(place(world), letter_id)

    assert kept(world, letter_id).sent_at is None
    assert line(world, letter_id) == ("waiting", "")


def test_in_a_demo_without_a_server_the_mailbox_is_where_it_arrives(world: World, tmp_path: Path):
    letter_id = write(world, "sign_in", world.cleo)

    send(place(world, **DEMO, QUITTANCE_HOME=str(tmp_path)), letter_id)
    settle_job(world, letter_id, done_at=clock.now())

    assert line(world, letter_id) == ("sent", IN_THE_MAILBOX)
    kept_there = mailbox.kept(tmp_path, letter_id)
    assert kept_there is not None
    assert kept_there.link == f"{DEMO['PUBLIC_URL']}/enter/{token_in(world, letter_id)}"
    assert kept_there.link in kept_there.html


def test_what_lies_in_the_mailbox_stays_as_it_was_sent_whatever_changes(
    world: World, tmp_path: Path
):
    letter_id = write(world, "access_granted", world.cleo)
    send(place(world, **DEMO, QUITTANCE_HOME=str(tmp_path)), letter_id)
    before = mailbox.kept(tmp_path, letter_id)

    rename_business(world, world.harbour, "Tideway")
    send(place(world, **DEMO, QUITTANCE_HOME=str(tmp_path)), letter_id)

    assert before is not None
    assert before == mailbox.kept(tmp_path, letter_id)
    assert "Tideway" not in before.subject


def test_what_was_never_sent_is_not_in_the_mailbox_and_says_why(world: World, tmp_path: Path):
    letter_id = write(world, "sign_in", world.cleo)
    change(world, letter_id, used_at=clock.now())

    send(place(world, **DEMO, QUITTANCE_HOME=str(tmp_path)), letter_id)
    facts = work_now(
        RunnerActor(),
        world.database,
        lambda work: letters.letter(work, letter_id, public_url=PUBLIC_URL),
    )

    assert mailbox.kept(tmp_path, letter_id) is None
    assert (facts.sent, facts.stayed) == (False, LINK_GONE)


def test_a_demo_with_a_server_sends_and_keeps_what_was_taken(world: World, tmp_path: Path):
    clerk = Clerk()
    letter_id = write(world, "sign_in", world.cleo)
    with mail_server(clerk) as host:
        send(place(world, host, **DEMO, QUITTANCE_HOME=str(tmp_path)), letter_id)

    [taken] = clerk.taken
    kept_there = mailbox.kept(tmp_path, letter_id)
    assert kept_there is not None
    assert kept_there.subject == taken["Subject"]


def test_a_real_installation_keeps_nothing_readable_of_what_it_sends(world: World, tmp_path: Path):
    letter_id = write(world, "sign_in", world.cleo)
    with mail_server(Clerk()) as host:
        send(place(world, host, QUITTANCE_HOME=str(tmp_path)), letter_id)

    assert list(tmp_path.rglob("*")) == []


def test_a_refused_letter_keeps_the_number_of_the_answer_and_nothing_else(world: World):
    letter_id = write(world, "sign_in", world.cleo)
    token = token_in(world, letter_id)
    with (
        mail_server(Clerk({"DATA": f"554 5.7.1 Spam! You said {token}"})) as host,
        pytest.raises(GiveUp) as refusal,
    ):
        send(place(world, host), letter_id)
    settle_job(world, letter_id, dead_at=clock.now())

    answer = "The mail server refused the letter (554)."
    assert (str(refusal.value), kept(world, letter_id).answer) == (answer, answer)
    assert refusal.value.__cause__ is None
    assert line(world, letter_id) == ("failed", answer)
    assert token not in repr(contents(world.database))


def test_a_refused_letter_that_is_tried_again_can_still_arrive(world: World):
    letter_id = write(world, "sign_in", world.cleo)
    with mail_server(Clerk({"RCPT": "550 no"})) as host, pytest.raises(GiveUp):
        send(place(world, host), letter_id)
    clerk = Clerk()
    with mail_server(clerk) as host:
        send(place(world, host), letter_id)
    settle_job(world, letter_id, done_at=clock.now())

    assert len(clerk.taken) == 1
    assert line(world, letter_id) == ("sent", "")


def test_a_letter_that_was_given_up_says_why(world: World):
    letter_id = write(world, "sign_in", world.cleo)
    settle_job(world, letter_id, dead_at=clock.now(), trouble="The mail server answered 451.")

    assert line(world, letter_id) == ("dead", "The mail server answered 451.")


@pytest.mark.parametrize("to", ["nobody", "a@b.example\r\nBcc: thief@evil.example", ""])
def test_at59_an_address_that_is_none_is_never_spoken_to_a_server(world: World, to: str):
    clerk = Clerk()
    letter_id = write(world, "access_granted", world.cleo, to=to or " ")
    with mail_server(clerk) as host, pytest.raises(GiveUp, match="not an address"):
        send(place(world, host), letter_id)

    assert clerk.taken == []
    assert kept(world, letter_id).bounced_at is not None


def test_at61_no_token_and_no_rendered_word_is_kept_or_logged(
    world: World, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    ids = [write(world, "sign_in", world.cleo), write(world, "reset", world.ada)]
    tokens = [token_in(world, letter_id) for letter_id in ids]
    with mail_server(Clerk()) as host:
        for letter_id in ids:
            send(place(world, host), letter_id)
    with mail_server(Clerk({"DATA": "451 later"})) as host, pytest.raises(TryLater):
        send(place(world, host), write(world, "sign_in", world.carl))

    everything = repr(contents(world.database))
    ours = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("quittance"))
    for secret in (*tokens, "Press the button", "Your sign-in link"):
        assert secret not in everything
        assert secret not in ours
        assert secret not in repr(log(world))


def test_the_log_shows_the_newest_first_page_by_page(world: World):
    earlier = {row.id for row in log(world)}
    written = [write(world, "password_changed", world.ada) for _ in range(PAGE + 7)]

    first = world.ada.does(letters.letters)
    second = world.ada.does(lambda work: letters.letters(work, after=first.after))

    shown = [row.id for row in first.rows + second.rows]
    assert len(first.rows) == PAGE
    assert second.after == ""
    assert shown[: len(written)] == written[::-1]
    assert set(shown[len(written) :]) == earlier


def test_the_log_is_the_organizations_own_and_for_those_who_may_see_it(world: World):
    theirs = write(world, "password_changed", world.otto)

    assert world.grace.does(letters.letters).rows == log(world)
    assert theirs not in {row.id for row in log(world)}
    with pytest.raises(NotFound):
        world.ada.does(lambda work: letters.letters(work, after=theirs))
    with pytest.raises(NotAllowed):
        world.vic.does(letters.letters)
    for portal in (world.cleo, world.pat):
        with pytest.raises(NotFound):
            portal.does(letters.letters)


def test_a_letter_sent_again_is_a_new_letter_with_the_same_link(world: World):
    clerk = Clerk()
    first = write(world, "sign_in", world.cleo)
    with mail_server(clerk) as host:
        send(place(world, host), first)
        second = world.ada.does(lambda work: resending.resend_letter(work, first))
        send(place(world, host), second)

    assert clerk.ids == [f"<{letter_id}@pay.example.com>" for letter_id in (first, second)]
    assert token_in(world, first) == token_in(world, second)
    assert len(jobs_about(world, second)) == 1


def test_asking_twice_while_the_new_letter_waits_sends_one(world: World):
    first = write(world, "access_granted", world.cleo)
    with mail_server(Clerk()) as host:
        send(place(world, host), first)

    again = [world.ada.does(lambda work: resending.resend_letter(work, first)) for _ in "xx"]

    assert again[0] == again[1] != first


def test_a_letter_that_waits_or_opens_nothing_is_not_sent_again(world: World):
    waiting = write(world, "sign_in", world.cleo)
    gone = write(world, "sign_in", world.carl)
    with mail_server(Clerk()) as host:
        send(place(world, host), gone)
    change(world, gone, used_at=clock.now())

    with pytest.raises(Conflict, match="has not left yet"):
        world.ada.does(lambda work: resending.resend_letter(work, waiting))
    with pytest.raises(Conflict, match="used, replaced or has run out"):
        world.ada.does(lambda work: resending.resend_letter(work, gone))


def test_the_log_offers_again_only_what_would_be_sent_again(world: World):
    waiting = write(world, "sign_in", world.cleo)
    good, gone = write(world, "sign_in", world.carl), write(world, "sign_in", world.pat)
    news, dead = (write(world, "access_granted", who) for who in (world.cleo, world.carl))
    with mail_server(Clerk()) as host:
        for letter_id in (good, gone, news):
            send(place(world, host), letter_id)
    settle_job(world, dead, dead_at=clock.now())
    change(world, gone, used_at=clock.now())

    offered = {row.id for row in log(world) if row.can_go_again}

    assert offered == {good, news, dead}
    assert {waiting, gone} <= {row.id for row in log(world)}


def test_a_letter_that_was_given_up_is_sent_again_as_a_new_one(world: World):
    clerk = Clerk()
    first = write(world, "sign_in", world.cleo)
    settle_job(world, first, dead_at=clock.now())

    second = world.ada.does(lambda work: resending.resend_letter(work, first))
    with mail_server(clerk) as host:
        send(place(world, host), second)

    assert clerk.ids == [f"<{second}@pay.example.com>"]
    assert line(world, first)[0] == "dead"


def test_only_those_who_see_letters_send_them_again(world: World):
    first = write(world, "access_granted", world.cleo)
    with mail_server(Clerk()) as host:
        send(place(world, host), first)

    for who, refusal in ((world.vic, NotAllowed), (world.otto, NotFound), (world.cleo, NotFound)):
        with pytest.raises(refusal):
            who.does(lambda work: resending.resend_letter(work, first))
    assert world.grace.does(lambda work: resending.resend_letter(work, first)) != first


def test_a_letter_to_a_partner_holds_nothing_but_names_and_the_way_in(world: World):
    letter_id = write(world, "access_granted", world.pat)

    said = work_now(
        RunnerActor(),
        world.database,
        lambda work: letters.letter(work, letter_id, public_url=PUBLIC_URL),
    )

    assert set(asdict(said)) == {
        "id", "kind", "recipient", "name", "organization", "role",
        "locale", "written_at", "sent", "link", "needless", "stayed",
        "organization_id", "about", "detail", "told", "charge",
    }  # fmt: skip
    assert (said.about, said.detail, said.told, said.charge) == ("", "", None, None)
    assert said.link == f"{PUBLIC_URL}/sign-in"


def test_the_demos_mailbox_holds_everybodys_letters_newest_first(world: World):
    ids = [write(world, "sign_in", world.cleo), write(world, "password_changed", world.otto)]

    # Tests that let time pass leave letters behind that are newer than these.
    found, after = [], ""
    while len(found) < len(ids):
        page, after = work_now(
            RunnerActor(),
            world.database,
            lambda work, last=after: letters.mailbox(work, public_url=PUBLIC_URL, after=last),
        )
        found += [facts for facts in page if facts.id in ids]

    assert [facts.id for facts in found] == ids[::-1]
    assert found[1].link == f"{PUBLIC_URL}/enter/{token_in(world, ids[0])}"


def test_nobody_but_the_runner_reads_a_letter(world: World):
    letter_id = write(world, "sign_in", world.cleo)

    for who in (world.ada, world.cleo, world.pat, world.otto):
        with pytest.raises(NotFound):
            who.does(lambda work: letters.letter(work, letter_id, public_url=PUBLIC_URL))
        with pytest.raises(NotFound):
            who.does(lambda work: letters.mailbox(work, public_url=PUBLIC_URL))
