"""The ABN checks itself."""

from __future__ import annotations

import pytest

from billing_app.kernel.business_numbers import read_abn, show_abn
from billing_app.kernel.errors import Invalid


@pytest.mark.parametrize("typed", ["51 824 753 556", "51824753556", " 53 004 085 616 "])
def test_a_true_number_is_kept_as_its_digits(typed: str):
    assert read_abn(typed) == "".join(typed.split())


def test_nothing_typed_is_no_number():
    assert read_abn("  ") == ""


def test_no_single_wrong_digit_goes_unnoticed():
    true = "51824753556"
    for place, digit in enumerate(true):
        for wrong in set("0123456789") - {digit}:
            with pytest.raises(Invalid):
                read_abn(true[:place] + wrong + true[place + 1 :])


@pytest.mark.parametrize("typed", ["5182475355", "518247535560", "ABN 51824753556", "٥" * 11])
def test_what_is_no_number_is_refused(typed: str):
    with pytest.raises(Invalid):
        read_abn(typed)


def test_a_number_is_shown_in_its_groups():
    assert show_abn("51824753556") == "51 824 753 556"
    assert show_abn("") == ""
