"""The sums of a document: each figure rounded once, and all of them agreeing."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing_app.kernel.errors import Invalid
from billing_app.kernel.money import LARGEST_MINOR, MixedCurrencies, Money
from billing_app.kernel.pricing import Line, Priced, TaxAtRate, price
from billing_app.kernel.quantities import LARGEST_MILLI
from billing_app.kernel.rates import BASIS


def aud(minor: int) -> Money:
    return Money(minor, "AUD")


def line(unit_price: int, *, tax: int = 1_000, quantity: int = 1_000, discount: int = 0) -> Line:
    return Line(quantity, aud(unit_price), discount, tax)


def priced(*lines: Line, inclusive: bool = False, rounding: str = "document") -> Priced:
    return price(lines, "AUD", inclusive=inclusive, rounding=rounding)


any_line = st.builds(
    line,
    st.integers(0, 1_000_000),
    tax=st.sampled_from([0, 500, 825, 1_000, 1_900, BASIS]),
    quantity=st.integers(1, 20_000),
    discount=st.integers(0, BASIS),
)
documents = st.lists(any_line, max_size=12)
roundings = st.sampled_from(["document", "line"])


def test_tax_of_the_document_is_rounded_once():
    document = priced(line(3_33), line(3_33), line(3_33))

    assert (document.net, document.tax, document.total) == (aud(9_99), aud(1_00), aud(10_99))
    assert [each.tax for each in document.lines] == [aud(34), aud(33), aud(33)]


def test_tax_of_each_line_is_rounded_for_itself_where_the_document_says_so():
    document = priced(line(3_33), line(3_33), line(3_33), rounding="line")

    assert (document.net, document.tax, document.total) == (aud(9_99), aud(99), aud(10_98))


def test_an_inclusive_price_never_changes_and_its_tax_is_found_within():
    document = priced(line(100_00), inclusive=True)

    assert (document.net, document.tax, document.total) == (aud(90_91), aud(9_09), aud(100_00))


def test_inclusive_lines_keep_their_gross_and_share_the_tax_of_the_document():
    document = priced(line(3_33), line(3_33), line(3_33), inclusive=True)

    assert document.tax == aud(91)
    assert [each.gross for each in document.lines] == [aud(3_33)] * 3
    assert [each.tax for each in document.lines] == [aud(31), aud(30), aud(30)]


def test_quantity_and_discount_are_rounded_together_once():
    document = priced(line(9_99, quantity=1_500, discount=1_250))

    assert document.net == aud(13_11)


def test_taxes_are_told_by_rate():
    document = priced(line(100_00), line(50_00, tax=0), line(20_00), line(10_00, tax=500))

    assert document.taxes == (
        TaxAtRate(0, aud(50_00), aud(0)),
        TaxAtRate(500, aud(10_00), aud(50)),
        TaxAtRate(1_000, aud(120_00), aud(12_00)),
    )


def test_a_free_line_carries_no_tax_and_takes_no_odd_cent():
    document = priced(line(0), line(3_33), line(3_33), line(3_33, discount=BASIS))

    assert [each.tax for each in document.lines] == [aud(0), aud(34), aud(33), aud(0)]


def test_yen_have_no_smaller_unit_to_round_to():
    document = price([Line(1_000, Money(1_204, "JPY"), 0, 1_000)], "JPY",
                     inclusive=False, rounding="document")  # fmt: skip

    assert document.total == Money(1_324, "JPY")


def test_a_document_without_lines_comes_to_nothing():
    assert priced() == Priced((), (), aud(0), aud(0), aud(0))


@settings(deadline=None)
@given(documents, st.booleans(), roundings)
def test_every_figure_of_a_document_agrees_with_the_others(
    lines: list[Line], inclusive: bool, rounding: str
):
    document = priced(*lines, inclusive=inclusive, rounding=rounding)

    assert document.net + document.tax == document.total
    assert sum((each.net for each in document.lines), aud(0)) == document.net
    assert sum((each.tax for each in document.lines), aud(0)) == document.tax
    assert sum((rate.net for rate in document.taxes), aud(0)) == document.net
    assert sum((rate.tax for rate in document.taxes), aud(0)) == document.tax
    for each in document.lines:
        assert each.net + each.tax == each.gross
        assert min(each.net, each.tax) >= aud(0)


@settings(deadline=None)
@given(documents, st.booleans())
def test_tax_by_rate_is_within_half_a_cent_of_exact_on_the_document(
    lines: list[Line], inclusive: bool
):
    document = priced(*lines, inclusive=inclusive)

    for rate in document.taxes:
        whole = (rate.net + rate.tax).minor if inclusive else rate.net.minor
        exact = Fraction(whole * rate.tax_bp, BASIS + rate.tax_bp if inclusive else BASIS)
        assert abs(rate.tax.minor - exact) <= Fraction(1, 2)


@settings(deadline=None)
@given(documents, roundings)
def test_what_is_given_on_a_line_does_not_depend_on_the_tax(lines: list[Line], rounding: str):
    exclusive = priced(*lines, rounding=rounding)
    inclusive = priced(*lines, inclusive=True, rounding=rounding)

    assert [each.net for each in exclusive.lines] == [each.gross for each in inclusive.lines]


@settings(deadline=None)
@given(documents)
def test_both_roundings_are_within_half_a_cent_for_each_line_and_rate(lines: list[Line]):
    by_line = priced(*lines, rounding="line").tax
    by_document = priced(*lines).tax

    assert 2 * abs((by_line - by_document).minor) <= len(lines) + len({one.tax_bp for one in lines})


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        (line(-1), "unit_price", "A price cannot be below zero"),
        (line(1, quantity=0), "quantity", "Enter a quantity above zero"),
        (line(1, quantity=-1_000), "quantity", "Enter a quantity above zero"),
        (line(1, quantity=LARGEST_MILLI + 1), "quantity", "The quantity is too large"),
        (line(1, discount=-1), "discount", "A discount is between"),
        (line(1, discount=BASIS + 1), "discount", "A discount is between"),
        (line(1, tax=-1), "tax", "A tax rate is between"),
        (line(1, tax=BASIS + 1), "tax", "A tax rate is between"),
        (line(LARGEST_MINOR + 1, discount=BASIS), "unit_price", "The price is too large"),
        (line(1, quantity=1.5), "quantity", "Enter a quantity above zero"),
        (line(1, discount=2.5), "discount", "A discount is between"),
        (line(LARGEST_MINOR), "lines", "The total is larger than a document can ask for"),
    ],
)
def test_a_line_that_cannot_be_is_refused_beside_its_field(wrong: Line, field: str, sentence: str):
    with pytest.raises(Invalid, match=sentence) as refused:
        priced(line(1_00), wrong)

    assert refused.value.field == field


def test_the_largest_total_is_still_a_total():
    assert priced(line(LARGEST_MINOR, tax=0)).total == aud(LARGEST_MINOR)


def test_a_price_in_another_currency_is_refused():
    with pytest.raises(MixedCurrencies, match="every price has to be in AUD"):
        priced(Line(1_000, Money(1_00, "USD"), 0, 0))


def test_a_rounding_that_nobody_defined_is_our_own_mistake():
    with pytest.raises(ValueError, match="bankers"):
        priced(line(1_00), rounding="bankers")
