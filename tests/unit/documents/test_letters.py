"""What letters say, as text and HTML, in any language."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from billing_app.documents.letters import catalogue
from billing_app.documents.letters.content import Content
from billing_app.documents.letters.kinds import KINDS, compose
from billing_app.documents.letters.reasons import REASONS
from billing_app.documents.letters.rendering import as_html, as_text
from billing_app.gateways.stripe import failures
from billing_app.reads import letters
from billing_app.reads.told import Part
from tests.letters import CHARGE, FACTS, PAY, TOLD, VALUES, eur, facts, said_in, told
from tests.pseudo import pseudo

LINK = FACTS.link
CODES = [*failures._BY_CODE, "generic_decline"]
LINKLESS = {"access_revoked", "receipt", "credit_applied", "refund", "credit_note", "statement"}
LINKLESS |= {"address_changed"}


@pytest.fixture(scope="module")
def longer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one language, in which every word is longer."""
    return pseudo(catalogue.FOLDER / "letters.pot", tmp_path_factory.mktemp("languages"))


def test_the_log_and_the_words_know_the_same_kinds():
    assert KINDS.keys() == letters.KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_names_its_reader_the_business_and_the_link_in_both_forms(kind: str):
    content = compose(facts(kind), catalogue.words("en"))
    text, html = as_text(content), as_html(content, "en")

    link = getattr(TOLD.get(kind), "link", LINK)
    assert "Harbour Tutoring" in content.subject + text
    assert text.startswith("Hello Cleo Marsh,\n\n")
    assert "Hello Cleo Marsh," in html
    assert text.count(link) == (0 if kind in LINKLESS else 1)
    assert html.count(f'href="{link}"') == (0 if kind in LINKLESS else 2)
    assert "%(" not in text + html + content.subject


@pytest.mark.parametrize("kind", KINDS)
def test_each_line_of_text_fits_a_mail_program(kind: str):
    text = as_text(compose(facts(kind), catalogue.words("en")))

    assert max(map(len, text.splitlines())) <= 72


@pytest.mark.parametrize("kind", KINDS)
def test_each_line_still_fits_when_all_words_are_longer(kind: str, longer: Path):
    text = as_text(compose(facts(kind), catalogue.words("de", longer)))

    assert max(map(len, text.splitlines())) <= 72


@pytest.mark.parametrize("kind", KINDS)
def test_html_fetches_nothing_and_runs_nothing(kind: str):
    html = as_html(compose(facts(kind), catalogue.words("en")), "en")

    assert not re.search(r"<(img|link|script|iframe|object|style|form|base)\b", html)
    assert not re.search(r"\b(src|background|on\w+)=|url\(|@import|javascript:", html)
    assert {*re.findall(r"https?://[^\"<]+", html)} <= {LINK, PAY}


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

    assert "€50.00 on 24 November 2026\n\n€60.00 on 24 December 2026\n" in text
    assert "Visa •••• 4242" in text
    assert "Nothing has been charged yet." in text


def test_a_charge_that_failed_says_why_and_that_it_is_not_tried_again():
    text = as_text(compose(facts("charge_failed"), catalogue.words("en")))

    assert "There was not enough money for this payment." in text
    assert "not tried again by itself" in text


def test_a_charge_of_what_is_not_known_is_told_without_it():
    unknown = replace(CHARGE, method="")

    assert "could not be charged." in said_in("en", facts("charge_failed", charge=unknown))
    assert ", with" not in said_in("en", facts("charge_taken_back", charge=unknown))


@pytest.mark.parametrize("kind", ["charge_failed", "charge_taken_back"])
def test_where_another_charge_is_planned_a_letter_says_so(kind: str):
    said = said_in("en", facts(kind, charge=replace(CHARGE, is_planned=True)))

    assert "Another charge is planned." in said
    assert "by itself" not in said


def test_a_charge_that_was_moved_names_the_day_that_was_told_before():
    moved = replace(CHARGE.dues[0], instead_of=date(2026, 11, 20))
    letter = facts("charge_announced", charge=replace(CHARGE, dues=(moved,)))

    assert "on 24 November 2026, instead of 20 November 2026" in said_in("en", letter)


def test_each_reason_of_the_gateway_is_said_in_the_language_of_the_letter():
    said = {failure.sentence for failure in (failures.failure_of(code) for code in CODES)}

    assert len(said) == 10
    assert said <= REASONS


def test_a_reason_that_has_no_translation_is_left_out_of_other_languages():
    odd = replace(CHARGE, reason="Nobody foresaw this.")

    assert "Nobody foresaw this." in said_in("en", facts("charge_failed", charge=odd))
    assert "foresaw" not in said_in("de", facts("charge_failed", charge=odd))


@pytest.mark.parametrize(
    "kind",
    [
        "charge_announced",
        "charge_dropped",
        "charge_failed",
        "charge_needs_you",
        "charge_taken_back",
    ],
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


@pytest.mark.parametrize("language", ["de", "fr"])
def test_no_sentence_of_a_letter_lacks_its_translation(language: str):
    with (catalogue.FOLDER / "letters.pot").open("rb") as source:
        wanted = {message.id for message in read_po(source) if message.id}
    with (catalogue.FOLDER / f"{language}.po").open("rb") as source:
        said = {message.id: message.string for message in read_po(source, locale=language)}

    assert [each for each in wanted if not all(forms(said.get(each, "")))] == []


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    """A sentence, or its singular and plurals."""
    return text if isinstance(text, tuple) else (text,)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", [as_text, lambda content: as_html(content, "de")])
def test_words_half_as_long_again_leave_every_form_as_it_is(
    kind: str, form: Callable[[Content], str], longer: Path
):
    plain = form(compose(facts(kind), catalogue.words("en")))
    said = form(compose(facts(kind), catalogue.words("de", longer)))

    assert len(said) > len(plain)
    assert re.findall(r"</?\w+", said) == re.findall(r"</?\w+", plain)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("locale", ["de", "de_AT"])
def test_another_language_is_one_file_and_reaches_every_word(kind: str, locale: str, longer: Path):
    silent = facts(kind, name="", organization="", recipient="", link="")
    content = compose(silent, catalogue.words(locale, longer))
    said = f"{content.subject} {as_text(content)}"
    for value in VALUES:
        said = re.sub(r"\s+".join(map(re.escape, value.split())), "", said)

    assert not re.search(r"[a-z]", said), said


@pytest.mark.parametrize("locale", ["en", "fr", "", "../../etc/passwd", "de/../x", "\0"])
def test_a_language_that_is_not_there_is_english(locale: str, longer: Path):
    words = catalogue.words(locale, longer)

    assert compose(FACTS, words).subject == "Your sign-in link for Harbour Tutoring"


def test_facts_never_show_their_link():
    assert "TOKEN" not in repr(FACTS)


def test_an_announcement_without_days_to_object_says_that_the_charge_follows_at_once():
    now = replace(CHARGE, dues=(replace(CHARGE.dues[0], at_once=True),))
    text = as_text(compose(replace(facts("charge_announced"), charge=now), catalogue.words("en")))

    assert "€50.00 today, 24 November 2026" in text
    assert "The charge follows this letter at once." in text
    assert "do it before that day" not in text


def test_of_a_plan_the_subject_names_what_is_due_first_and_the_body_all_of_it():
    parts = tuple(Part(date(2026, 12, day), eur(50_000)) for day in (1, 15, 29))
    letter = told("payment_request", parts=parts, still_to_pay=eur(150_000), covered=eur(0))

    said = said_in("en", letter)

    assert said.startswith("Invoice INV-0042 from Harbour Tutoring: €500.00 to pay by 1 December")
    assert "to pay Invoice INV-0042 in parts, €500.00 of it by 1 December" in " ".join(said.split())
    assert "Still to pay: €1,500.00" in said
    assert "Due on 29 December 2026: €500.00" in said


def test_a_reminder_of_a_plan_names_all_that_is_late():
    parts = tuple(Part(date(2026, 11, day), eur(50_000)) for day in (1, 15, 29))
    letter = told("reminder", parts=parts, still_to_pay=eur(150_000))

    said = said_in("en", letter)

    assert "was due on 1 November 2026: €1,000.00 to pay" in said
    assert "€1,000.00 of Invoice INV-0042 was due" in said


@pytest.mark.parametrize(
    ("locale", "one", "many"),
    [
        ("en", "in 1 day,", "in 3 days,"),
        ("de", "in 1 Tag fällig", "in 3 Tagen fällig"),
        ("fr", "dans 1 jour,", "dans 3 jours,"),
    ],
)
def test_days_are_counted_as_each_language_counts(locale: str, one: str, many: str):
    for days, words in ((1, one), (3, many)):
        letter = told("reminder", today=date(2026, 12, 5 - days))
        assert words in said_in(locale, letter)


@pytest.mark.parametrize(
    ("locale", "amount", "day"),
    [
        ("en", "€1,234.56", "5 December 2026"),
        ("de", "1.234,56\xa0€", "5. Dezember 2026"),
        ("fr", "1\u202f234,56\xa0€", "5 décembre 2026"),
    ],
)
def test_amounts_and_days_are_written_as_the_language_writes_them(
    locale: str, amount: str, day: str
):
    subject = said_in(locale, facts("payment_request")).splitlines()[0]

    assert amount in subject
    assert day in subject


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("locale", ["de", "fr"])
def test_no_english_is_left_in_a_letter_of_another_language(kind: str, locale: str):
    said = f" {said_in(locale, facts(kind))} ".casefold()

    for word in (" the ", " you ", " your ", " and ", " this ", " to pay", "invoice ", " is "):
        assert word not in said
