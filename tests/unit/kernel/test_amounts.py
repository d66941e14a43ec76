"""An amount is read as its locale writes it, shown back, or refused with a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing_app.kernel.amounts import read_amount, show_amount
from billing_app.kernel.currencies import CURRENCIES
from billing_app.kernel.errors import Invalid
from billing_app.kernel.money import LARGEST_MINOR, Money
from billing_app.kernel.numerals import LOCALES

NARROW, NO_BREAK, THIN = "\u202f", "\u00a0", "\u2009"


@pytest.mark.parametrize("currency", CURRENCIES)
@pytest.mark.parametrize("locale", LOCALES)
@settings(deadline=None, max_examples=8)
@given(st.integers(1, LARGEST_MINOR))
def test_what_is_shown_reads_back(locale: str, currency: str, minor: int):
    money = Money(minor, currency)

    assert read_amount(show_amount(money, locale), currency, locale).money == money


@settings(deadline=None)
@given(st.text(max_size=70), st.sampled_from(LOCALES), st.sampled_from(["AUD", "JPY", "KWD"]))
def test_whatever_is_typed_becomes_an_amount_within_bounds_or_a_refusal(
    typed: str, locale: str, currency: str
):
    try:
        money = read_amount(typed, currency, locale).money
    except Invalid:
        return

    assert money.currency == currency
    assert 0 < money.minor <= LARGEST_MINOR


@settings(deadline=None)
@given(st.text("0123456789., $€AUD%-", max_size=20), st.sampled_from(LOCALES))
def test_the_echo_of_an_amount_is_understood_as_that_amount(typed: str, locale: str):
    try:
        understood = read_amount(typed, "AUD", locale)
    except Invalid:
        return

    assert read_amount(understood.echo, "AUD", locale) == understood


@pytest.mark.parametrize(
    ("typed", "locale", "minor"),
    [
        ("1,234.56", "en", 123_456),
        ("1234.5", "en", 123_450),
        ("10,50", "en", 1_050),
        ("1234,56", "en", 123_456),
        (" 12\n", "en", 1_200),
        (".5", "en", 50),
        ("007", "en", 700),
        ("1 234.56", "en", 123_456),
        ("1,234", "en", 123_400),
        ("1.234,56", "de", 123_456),
        ("1.234", "de", 123_400),
        ("1234,5", "de", 123_450),
        ("1.234.567", "de", 123_456_700),
        ("1 234,56", "fr", 123_456),
        (f"1{NARROW}234,56", "fr", 123_456),
        (f"1{NO_BREAK}234,56", "fr", 123_456),
        (f"1{THIN}234{THIN}567,89", "fr", 123_456_789),
        ("0,05", "fr", 5),
    ],
)
def test_an_amount_is_read_as_its_locale_writes_it(typed: str, locale: str, minor: int):
    assert read_amount(typed, "EUR", locale).money == Money(minor, "EUR")


@pytest.mark.parametrize(
    ("typed", "currency", "locale"),
    [
        ("$5", "AUD", "en"),
        ("A$5.00", "AUD", "en"),
        ("aud 5", "AUD", "en"),
        ("5 AUD", "AUD", "en"),
        ("A$ 5 AUD", "AUD", "en"),
        ("5,00 €", "EUR", "de"),
        ("EUR 5", "EUR", "de"),
        ("5,00 $AU", "AUD", "fr"),
        ("£5", "GBP", "en"),
    ],
)
def test_the_currency_of_the_document_may_stand_beside_the_amount(
    typed: str, currency: str, locale: str
):
    assert read_amount(typed, currency, locale).money == Money(5_00, currency)


@pytest.mark.parametrize("typed", ["5 USD", "US$5", "€5", "5 eur", "USD 5 AUD", "£ 5", "5 ¥"])
def test_another_currency_is_refused(typed: str):
    with pytest.raises(Invalid, match=r"has to be in AUD\. Write it without another currency"):
        read_amount(typed, "AUD", "en")


@pytest.mark.parametrize(
    ("typed", "locale", "example"),
    [
        ("1,5", "en", "1,234.56"),
        ("0,123", "en", "1,234.56"),
        ("1,23,456", "en", "1,234.56"),
        ("1.234,56", "en", "1,234.56"),
        ("1,234,56", "en", "1,234.56"),
        ("1 234,567.00", "en", "1,234.56"),
        ("1.5", "de", "1.234,56"),
        ("0.123", "de", "1.234,56"),
        ("1,234.56", "de", "1.234,56"),
        ("12.50", "fr", f"1{NARROW}234,56"),
        ("1.234", "fr", f"1{NARROW}234,56"),
        ("1'234.50", "en", "1,234.56"),
        ("5.", "en", "1,234.56"),
        (".", "en", "1,234.56"),
        ("+5", "en", "1,234.56"),
        ("(5)", "en", "1,234.56"),
        ("1e3", "en", "1,234.56"),
        ("0x1f", "en", "1,234.56"),
        ("1_000", "en", "1,234.56"),
        ("5%", "en", "1,234.56"),
        ("=1+1", "en", "1,234.56"),
        ("5 6", "en", "1,234.56"),
        ("ten", "en", "1,234.56"),
        ("NaN", "en", "1,234.56"),
        ("Infinity", "en", "1,234.56"),
    ],
)
def test_what_could_be_misread_is_refused_with_an_example(typed: str, locale: str, example: str):
    with pytest.raises(Invalid, match=r"^We cannot read the amount in EUR\. Write it") as refused:
        read_amount(typed, "EUR", locale, field="price")

    assert f"Write it like {example}." in str(refused.value)
    assert refused.value.field == "price"


@pytest.mark.parametrize(
    ("typed", "currency", "locale", "sentence"),
    [
        ("", "AUD", "en", "Enter the amount in AUD."),
        (" \t ", "AUD", "en", "Enter the amount in AUD."),
        ("$", "AUD", "en", "Enter the amount in AUD."),
        ("0", "AUD", "en", "Enter more than 0."),
        ("0.00", "AUD", "en", "Enter more than 0."),
        ("-5", "AUD", "en", "Write the amount in AUD without a minus sign."),
        ("$-5", "AUD", "en", "Write the amount in AUD without a minus sign."),
        ("5-", "AUD", "en", "Write the amount in AUD without a minus sign."),
        ("−5", "AUD", "en", "Write the amount in AUD without a minus sign."),
        ("٣٤", "AUD", "en", "Write the amount in AUD with the digits 0 to 9."),
        ("１２", "AUD", "en", "Write the amount in AUD with the digits 0 to 9."),
        ("5½", "AUD", "en", "Write the amount in AUD with the digits 0 to 9."),
        ("1.234", "AUD", "en", "The amount in AUD can have at most 2 decimals."),
        ("1.230", "AUD", "en", "The amount in AUD can have at most 2 decimals."),
        ("1.200", "JPY", "en", "The amount in JPY cannot have decimals."),
        ("1,2", "JPY", "de", "The amount in JPY cannot have decimals."),
        ("1.2345", "KWD", "en", "The amount in KWD can have at most 3 decimals."),
        ("9,999,999,999.9901", "CLF", "en", "The amount in CLF can be at most 99,999,999.9999."),
        ("10,000,000,000.00", "AUD", "en", "The amount in AUD can be at most 9,999,999,999.99."),
        ("9007199254740993", "JPY", "en", "The amount in JPY can be at most 999,999,999,999."),
        ("9" * 10_000, "AUD", "en", "That is too long for the amount in AUD. Use digits."),
    ],
)
def test_an_amount_that_cannot_be_is_refused_with_its_reason(
    typed: str, currency: str, locale: str, sentence: str
):
    with pytest.raises(Invalid) as refused:
        read_amount(typed, currency, locale)

    assert str(refused.value).startswith(sentence)
    assert refused.value.field == "amount"


@pytest.mark.parametrize(
    "typed",
    ["\u200f5", "5\u202e", "\u200e5.00", "1\u200b000", "5\x00", "\ufeff5", "1\n000", "\ud800"],
)
def test_marks_that_cannot_be_seen_are_refused(typed: str):
    with pytest.raises(Invalid, match="characters that cannot be seen"):
        read_amount(typed, "AUD", "en")


def test_the_largest_amount_is_still_an_amount():
    assert read_amount("9,999,999,999.99", "AUD", "en").money.minor == LARGEST_MINOR


def test_nothing_is_an_amount_only_where_it_is_let():
    assert read_amount("0", "AUD", "en", zero=True).money == Money.zero("AUD")


@pytest.mark.parametrize(
    ("money", "locale", "shown"),
    [
        (Money(1_200, "JPY"), "en", "¥1,200"),
        (Money(1_250, "KWD"), "en", f"KWD{NO_BREAK}1.250"),
        (Money(1_250, "KWD"), "de", f"1,250{NO_BREAK}KWD"),
        (Money(123_456, "AUD"), "en", "A$1,234.56"),
        (Money(123_456, "EUR"), "de", f"1.234,56{NO_BREAK}€"),
        (Money(123_456, "EUR"), "fr", f"1{NARROW}234,56{NO_BREAK}€"),
        (Money(-5, "USD"), "en", "-$0.05"),
        (Money(100_000, "LBP"), "en", f"LBP{NO_BREAK}1,000.00"),
        (Money(10**20 + 1, "EUR"), "en", "€1,000,000,000,000,000,000.01"),
    ],
)
def test_an_amount_is_shown_with_the_decimals_of_its_currency(
    money: Money, locale: str, shown: str
):
    assert show_amount(money, locale) == shown


def test_the_echo_shows_what_an_ambiguous_amount_was_taken_for():
    assert read_amount("1.234", "EUR", "de").echo == f"1.234,00{NO_BREAK}€"


@pytest.mark.parametrize("locale", ["", "es", "en_AU", "xx"])
def test_a_language_that_we_do_not_have_is_refused(locale: str):
    with pytest.raises(Invalid, match="Choose English, German or French"):
        show_amount(Money(1, "AUD"), locale)
    with pytest.raises(Invalid, match="Choose English, German or French"):
        read_amount("1", "AUD", locale)
