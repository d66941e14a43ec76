"""What letters say, as text and HTML, in any language."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from billing_app.documents.letters import catalogue
from billing_app.documents.letters.kinds import KINDS, compose
from billing_app.documents.letters.rendering import as_html, as_text
from billing_app.reads import letters
from billing_app.reads.charge_letters import ChargeTold, Due
from billing_app.reads.letters import LetterFacts

CHARGE = ChargeTold(
    customer="Marsh Design",
    document="Invoice INV-7",
    method="Visa •••• 4242",
    amount="A$110.00",
    dues=(
        Due("24 Nov 2026", "A$50.00", at_once=False),
        Due("24 Dec 2026", "A$60.00", at_once=False),
    ),
    reason="There was not enough money for this payment.",
    others=0,
    link="",
    needless="",
)
LINK = "https://pay.example.com/enter/TOKEN_-42"
FACTS = LetterFacts(
    id="let_00000000000000000000000000",
    kind="sign_in",
    recipient="cleo@marsh.example",
    name="Cleo Marsh",
    organization="Harbour Tutoring",
    role="owner",
    locale="en",
    written_at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
    sent=False,
    link=LINK,
    needless="",
    charge=CHARGE,
)


def facts(kind: str, **said: str) -> LetterFacts:
    return replace(FACTS, kind=kind, **said)


def test_the_log_and_the_words_know_the_same_kinds():
    assert KINDS.keys() == letters.KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_names_its_reader_the_business_and_the_link_in_both_forms(kind: str):
    content = compose(facts(kind), catalogue.words("en"))
    text, html = as_text(content), as_html(content, "en")

    assert "Harbour Tutoring" in content.subject
    assert text.startswith("Hello Cleo Marsh,\n\n")
    assert "Hello Cleo Marsh," in html
    assert text.count(LINK) == (0 if kind == "access_revoked" else 1)
    assert html.count(f'href="{LINK}"') == (0 if kind == "access_revoked" else 2)
    assert "%(" not in text + html + content.subject


@pytest.mark.parametrize("kind", KINDS)
def test_each_line_of_text_fits_a_mail_program(kind: str):
    text = as_text(compose(facts(kind), catalogue.words("en")))

    assert max(map(len, text.splitlines())) <= 72


@pytest.mark.parametrize("kind", KINDS)
def test_html_fetches_nothing_and_runs_nothing(kind: str):
    html = as_html(compose(facts(kind), catalogue.words("en")), "en")

    assert not re.search(r"<(img|link|script|iframe|object|style|form|base)\b", html)
    assert not re.search(r"\b(src|background|on\w+)=|url\(|@import|javascript:", html)
    assert {*re.findall(r"https?://[^\"<]+", html)} <= {LINK}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "evil", ["<b>x</b>", '"><script>x()</script>', "<img src=x onerror=x()>", "&lt;i&gt;", "{x}%s"]
)
def test_at52_whatever_people_call_themselves_is_text(kind: str, evil: str):
    said = compose(facts(kind, name=evil, organization=evil), catalogue.words("en"))
    plain = compose(facts(kind), catalogue.words("en"))

    assert tags(as_html(said, "en")) == tags(as_html(plain, "en"))
    assert evil in as_text(said)


def test_an_announced_charge_says_how_much_on_which_day_and_how_to_object():
    text = as_text(compose(facts("charge_announced"), catalogue.words("en")))

    assert "A$50.00 on 24 Nov 2026\n\nA$60.00 on 24 Dec 2026\n" in text
    assert "Visa •••• 4242" in text
    assert "Nothing has been charged yet." in text


def test_a_charge_that_failed_says_why_and_that_it_is_not_tried_again():
    text = as_text(compose(facts("charge_failed"), catalogue.words("en")))

    assert "There was not enough money for this payment." in text
    assert "not tried again by itself" in text


@pytest.mark.parametrize(
    "kind", ["charge_announced", "charge_dropped", "charge_failed", "charge_needs_you"]
)
def test_a_letter_whose_pay_link_was_withdrawn_has_no_button_and_says_whom_to_ask(kind: str):
    text = as_text(compose(facts(kind, link=""), catalogue.words("en")))

    assert "payment page:" not in text
    assert "ask the person you deal with" in " ".join(text.split())


def tags(html: str) -> list[str]:
    return re.findall(r"<[^>]*>", html)


def test_the_button_brings_its_own_colours_and_the_rest_takes_the_readers():
    html = as_html(compose(FACTS, catalogue.words("en")), "en")

    assert '<meta name="color-scheme" content="light dark">' in html
    for style in re.findall(r'style="([^"]*)"', html):
        coloured = [part for part in style.split(";") if re.match(r"(background-)?color:", part)]
        assert coloured in ([], ["color:inherit"], ["background-color:#2a4bd0", "color:#ffffff"])


def test_the_template_for_translators_is_current():
    """If this fails, run the command in documents/letters/catalogue.py."""
    here = Path(catalogue.__file__).parent
    in_code = {message for _, _, message, _, _ in extract_from_dir(here)}
    with (here / "locale" / "letters.pot").open("rb") as source:
        in_template = {message.id for message in read_po(source) if message.id}

    assert in_code == in_template
    assert len(in_code) > 20


def test_the_languages_there_are_keep_every_placeholder():
    for path in catalogue.FOLDER.glob("*.po"):
        with path.open("rb") as source:
            assert list(read_po(source, locale=path.stem).check()) == []


def shouted(folder: Path) -> Path:
    """A made-up German that shouts, so that a word that was not translated is seen."""
    with (catalogue.FOLDER / "letters.pot").open("rb") as source:
        template = read_po(source)
    german = Catalog(locale="de")
    for message in template:
        if message.id:
            parts = re.split(r"(%\(\w+\)[sd])", message.id)
            said = "".join(p if p.startswith("%(") else p.upper().replace("E", "É") for p in parts)
            german.add(message.id, said, flags=message.flags)
    with (folder / "de.po").open("wb") as target:
        write_po(target, german)
    return folder


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("locale", ["de", "de_AT"])
def test_another_language_is_one_file_and_reaches_every_word(
    kind: str, locale: str, tmp_path: Path
):
    unsaid = ChargeTold(
        **dict.fromkeys(asdict(CHARGE), "") | {"dues": (Due("", "", at_once=False),)}
    )
    silent = facts(kind, name="", organization="", recipient="", link="")
    silent = replace(silent, charge=unsaid)
    content = compose(silent, catalogue.words(locale, shouted(tmp_path)))
    said = content.subject + as_text(content)

    assert not re.search(r"[a-z]", said), said


@pytest.mark.parametrize("locale", ["en", "fr", "", "../../etc/passwd", "de/../x", "\0"])
def test_a_language_that_is_not_there_is_english(locale: str, tmp_path: Path):
    words = catalogue.words(locale, shouted(tmp_path))

    assert compose(FACTS, words).subject == "Your sign-in link for Harbour Tutoring"


def test_facts_never_show_their_link():
    assert "TOKEN" not in repr(FACTS)


def test_an_announcement_without_days_to_object_says_that_the_charge_follows_at_once():
    now = replace(CHARGE, dues=(replace(CHARGE.dues[0], at_once=True),))
    text = as_text(compose(replace(facts("charge_announced"), charge=now), catalogue.words("en")))

    assert f"{CHARGE.dues[0].amount} today, {CHARGE.dues[0].on}" in text
    assert "The charge follows this letter at once." in text
    assert "do it before that day" not in text
