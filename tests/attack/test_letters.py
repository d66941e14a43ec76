"""AT61 and the mailbox: what a letter's secret reaches, and what it does not."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from billing_app.access import installation as this_process
from billing_app.access.database import Database
from billing_app.access.installation import Installation, in_the_demo, installation
from billing_app.kernel.errors import NotFound
from billing_app.reads import letters
from billing_app.ui import pages
from billing_app.ui.said import SaidState
from tests.attack.contents import contents
from tests.attack.handlers import HANDLERS
from tests.posting import kept, token_in, write
from tests.servers import Site
from tests.working import wait_until

MAILBOX = "/mailbox"


def test_in_a_demo_anybody_opens_anybodys_letter(site: Site):
    letter_id = write(site.world, "sign_in", site.world.cleo)
    token = token_in(site.world, letter_id)
    wait_until(lambda: kept(site.world, letter_id).sent_at is not None)
    tab = site.tab()

    listed = repr(tab.ask(HANDLERS["MailboxState.load"], path=MAILBOX))
    opened = repr(tab.ask(HANDLERS["MailboxState.open"], {"letter_id": letter_id}, path=MAILBOX))

    assert site.get(MAILBOX).status_code == 200
    assert letter_id in listed
    assert re.search(r"'written[^']*': '\d+ \w+ \d+, \d+:\d+ UTC'", listed)
    assert f"{site.base}/enter/{token}" in opened
    assert 'target="_top"' in opened


@pytest.mark.parametrize("page", ["/sign-in", "/forgot"])
def test_a_demo_says_that_a_letter_is_in_its_mailbox(site: Site, page: str):
    said = repr(site.tab().ask(HANDLERS["SaidState.listen"], path=f"{page}?said=link-sent"))

    assert "'to_mailbox_rx_state_': 'Open the mailbox'" in said
    assert "is in the mailbox of this demo" in said
    assert "unwanted mail" not in said


def test_outside_a_demo_the_mailbox_is_nobodys_and_shows_nothing():
    assert pages.audience_of(MAILBOX, demo=False) == "nobody"
    assert pages.audience_of(f"{MAILBOX}/", demo=False) == "nobody"
    assert pages.audience_of("/sign-in", demo=False) == "anyone"
    assert pages.audience_of(MAILBOX, demo=True) == "anyone"


@pytest.fixture
def real_installation(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this process an installation without DEMO=1 until the test is over."""
    real = replace(installation().settings, demo=False)
    monkeypatch.setattr(this_process, "_installation", [Installation(real, database)])


@pytest.mark.usefixtures("real_installation")
def test_outside_a_demo_nobody_reads_as_the_demos_reader():
    with pytest.raises(NotFound):
        asyncio.run(in_the_demo(lambda work: letters.mailbox(work, public_url="")))


@pytest.mark.usefixtures("real_installation")
def test_outside_a_demo_no_page_speaks_of_a_mailbox():
    asked = SimpleNamespace(query_parameters={"said": "link-sent"})
    page = SimpleNamespace(router=SimpleNamespace(url=asked))

    SaidState.event_handlers["listen"].fn(page)

    assert page.to_mailbox == ""
    assert "look among your unwanted mail" in page.told


def test_at61_a_letters_token_is_in_no_log_no_table_and_no_admins_frame(site: Site):
    letter_id = write(site.world, "sign_in", site.world.cleo)
    token = token_in(site.world, letter_id)

    site.tab().ask(HANDLERS["MailboxState.open"], {"letter_id": letter_id}, path=MAILBOX)
    site.get(f"/enter/{token}")
    log = repr(site.tab(site.world.ada.token).ask(HANDLERS["AdminLettersState.load"]))

    assert letter_id in log
    for told in (log, site.log.read_text(), repr(contents(site.database))):
        assert token not in told
        assert "Press the button" not in told
