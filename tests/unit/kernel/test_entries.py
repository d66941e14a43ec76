"""What people type is made fit to keep, or refused with a sentence that says where."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from billing_app.kernel.entries import (
    LONGEST_EMAIL,
    LONGEST_NAME,
    LONGEST_SORT_FORM,
    fit_to_keep,
    read_day,
    read_email,
    read_line,
    read_name,
    read_paragraphs,
    read_whole_number,
    read_whole_numbers,
    sort_form,
)
from billing_app.kernel.errors import Invalid

INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def read_or_none(read, typed: str) -> str | None:
    try:
        return read(typed)
    except Invalid:
        return None


@settings(deadline=None)
@given(st.text())
@example("Cleo\x00 Marsh\u202e\u2028gpj.exe\x85")
def test_a_name_never_lets_a_control_character_through(typed: str):
    name = read_or_none(read_name, typed)

    assert name is None or not {unicodedata.category(letter) for letter in name} & INVISIBLE


@settings(deadline=None)
@given(st.text())
@example("e\u0301" * LONGEST_NAME)
@example("\ufb2c" * LONGEST_NAME)
def test_a_name_fits_its_column_and_reads_the_same_again(typed: str):
    name = read_or_none(read_name, typed)

    assert name is None or (0 < len(name) <= LONGEST_NAME and read_name(name) == name)


@settings(deadline=None)
@given(st.text())
@example("CLEO@MARSH\x00.example")
@example("cleo\u200b@marsh.example")
def test_an_address_never_lets_a_control_character_or_a_blank_through(typed: str):
    email = read_or_none(read_email, typed)

    assert email is None or (email.isprintable() and not any(map(str.isspace, email)))


@settings(deadline=None)
@given(st.from_regex(r"[^@]{1,30}@[a-zA-Z0-9.-]{1,20}\.[a-zA-Z]{2,6}", fullmatch=True))
def test_an_address_that_is_read_reads_the_same_again(typed: str):
    email = read_or_none(read_email, typed)

    assert email is None or read_email(f"  {email} ") == email


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Nguyen   &\tDaughters\n", "Nguyen & Daughters"),
        ("Zoe\u0308 Åkesson", "Zoë Åkesson"),
        ("Cleo\u202eMarsh", "CleoMarsh"),
        ("北岸语言学校", "北岸语言学校"),
        ("O'Brien", "O'Brien"),
    ],
)
def test_a_name_is_kept_in_one_line_as_it_will_be_printed(typed: str, kept: str):
    assert read_name(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u200b", "\x00", "\ud800"])
def test_a_name_of_nothing_visible_is_refused_beside_its_field(typed: str):
    with pytest.raises(Invalid, match=r"^Enter a name\.$") as refused:
        read_name(typed, field="contact_name")

    assert refused.value.field == "contact_name"


def test_a_name_of_10_000_characters_is_refused():
    with pytest.raises(Invalid, match="at most 200 characters"):
        read_name("Wolfeschlegelsteinhausen" * 417)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Cleo@Marsh-Design.Example ", "cleo@marsh-design.example"),
        ("o'brien+bills@harbour.example", "o'brien+bills@harbour.example"),
        ("Jose\u0301@harbour.example", "josé@harbour.example"),
        ("info@shop.xn--p1ai", "info@shop.xn--p1ai"),
        ("a@b.co.uk", "a@b.co.uk"),
        ("who?me=you=@b.example", "who?me=you=@b.example"),
    ],
)
def test_an_address_has_one_normal_form(typed: str, kept: str):
    assert read_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "cleo",
        "cleo@",
        "@marsh.example",
        "cleo@marsh",
        "cleo@@marsh.example",
        "cleo marsh@marsh.example",
        "cleo@marsh.example, carl@marsh.example",
        "Cleo <cleo@marsh.example>",
        "cleo@-marsh.example",
        "cleo@marsh-.example",
        "cleo@marsh..example",
        "cleo@[127.0.0.1]",
        "cleo@marsh.example\r\nBcc: all@marsh.example",
        "cleo@marsh.example\x00",
        "cl\u202eeo@marsh.example",
        "=?utf-8?q?cleo=0d=0abcc=3a=20all?=@marsh.example",
        "cleo=?utf-8?q?=0a?=@marsh.example",
        f"{'c' * LONGEST_EMAIL}@marsh.example",
    ],
)
def test_what_is_no_address_is_refused_beside_its_field(typed: str):
    with pytest.raises(Invalid, match=r"such as name@example\.com") as refused:
        read_email(typed)

    assert refused.value.field == "email"


@pytest.mark.parametrize(("typed", "kept"), [("0", 0), (" 14 ", 14), ("365", 365), ("007", 7)])
def test_a_whole_number_within_its_bounds_is_read(typed: str, kept: int):
    assert read_whole_number(typed, lowest=0, highest=365, field="due_days") == kept


@pytest.mark.parametrize(
    "typed", ["", "-1", "366", "14.0", "1e2", "١٤", "²", "0x0e", "1 4", "+14", "9" * 9_999]
)
def test_any_other_number_is_refused_with_its_bounds(typed: str):
    with pytest.raises(Invalid, match="Enter a whole number from 0 to 365") as refused:
        read_whole_number(typed, lowest=0, highest=365, field="due_days")

    assert refused.value.field == "due_days"


@pytest.mark.parametrize(
    ("typed", "kept"), [("", []), ("3, 5,7", [3, 5, 7]), (" 14; 0 ", [14, 0]), ("1 2", [1, 2])]
)
def test_whole_numbers_are_read_with_commas_or_blanks_between(typed: str, kept: list[int]):
    assert read_whole_numbers(typed, highest=30, field="days") == kept


@pytest.mark.parametrize("typed", ["3, x", "31", "-3", "3.5", "1," * 9_999])
def test_one_wrong_number_among_several_is_refused(typed: str):
    with pytest.raises(Invalid) as refused:
        read_whole_numbers(typed, highest=30, field="days")

    assert refused.value.field == "days"


@settings(deadline=None)
@given(st.integers(min_value=0, max_value=365))
def test_every_number_within_the_bounds_reads_back(number: int):
    assert read_whole_number(str(number), lowest=0, highest=365, field="due_days") == number


@pytest.mark.parametrize(
    ("one", "other"), [("Zoë", "zoe"), ("STRASSE", "Straße"), ("Ångström", "angstrom")]
)
def test_lists_are_searched_without_case_or_accents(one: str, other: str):
    assert sort_form(one) == sort_form(other)


@settings(deadline=None)
@given(st.text(max_size=LONGEST_NAME))
@example("\ufdfa" * LONGEST_NAME)
def test_the_form_for_sorting_fits_its_column_whatever_the_name(name: str):
    assert len(sort_form(name)) <= LONGEST_SORT_FORM


@settings(deadline=None)
@given(st.text(max_size=20), st.text(max_size=20))
def test_whoever_types_the_beginning_of_a_name_finds_it(beginning: str, rest: str):
    assert sort_form(beginning + rest).startswith(sort_form(beginning))


WORDS = {"longest": 20, "what": "note", "field": "note"}


def test_words_in_a_line_lose_what_cannot_be_seen():
    assert read_line("  For\u202e May\n and\tJune ", **WORDS) == "For May and June"


def test_words_in_paragraphs_keep_their_lines():
    assert read_paragraphs("\n 1  Quay\u200f St\r\nSydney \n", **WORDS) == "1 Quay St\nSydney"


@pytest.mark.parametrize("typed", ["x" * 21, "x" * 10_000, "\u200f" * 10_000])
@pytest.mark.parametrize("read", [read_line, read_paragraphs])
def test_words_that_are_too_many_are_refused_at_their_field(read, typed: str):
    with pytest.raises(Invalid, match="The note can have at most 20 characters") as refusal:
        read(typed, **WORDS)

    assert refusal.value.field == "note"


def test_words_may_be_missing_only_where_that_is_said():
    assert read_line(" ", **WORDS, required=False) == ""
    with pytest.raises(Invalid, match="Enter the note"):
        read_line("\u200f", **WORDS)


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("INV\x00 1\ud800", "INV 1"),
        ("a\n\tb\u202e", "a b"),
        (None, ""),
        ("12345 789", "12345"),
        ("x" * 10_000, "xxxxxx"),
    ],
)
def test_what_a_machine_told_is_made_fit_to_keep_and_never_refused(told: object, kept: str):
    assert fit_to_keep(told, longest=6) == kept


@pytest.mark.parametrize("typed", ["0001-01-01", "1899-12-31", "9999-12-31", "2026-02-30", "soon"])
def test_a_day_that_no_books_can_have_is_refused(typed: str):
    with pytest.raises(Invalid, match="Enter a day"):
        read_day(typed, field="since")
