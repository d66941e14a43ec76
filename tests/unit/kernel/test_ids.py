"""Ids read back as they were shown, keep the order of their making, and nothing else fits."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing_app.kernel.errors import NotFound
from billing_app.kernel.ids import new_id, read, show

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
NUMBERS = st.integers(min_value=0, max_value=2**128 - 1)


@settings(deadline=None)
@given(NUMBERS)
def test_every_id_reads_back_as_it_was_shown(number: int):
    value = UUID(int=number)

    assert read("cus", show("cus", value)) == value


@settings(deadline=None)
@given(NUMBERS, NUMBERS)
def test_shown_ids_sort_as_the_ids_do(one: int, other: int):
    assert (show("cus", UUID(int=one)) < show("cus", UUID(int=other))) == (one < other)


@settings(deadline=None)
@given(st.text(alphabet=ALPHABET, min_size=26, max_size=26))
def test_no_two_texts_name_the_same_id(digits: str):
    if digits[0] > "7":
        with pytest.raises(NotFound):
            read("cus", f"cus_{digits}")
    else:
        assert show("cus", read("cus", f"cus_{digits}")) == f"cus_{digits}"


@settings(deadline=None)
@given(st.text())
def test_any_other_text_is_not_found(text: str):
    with pytest.raises(NotFound):
        read("cus", text)


@pytest.mark.parametrize(
    "near_miss",
    [
        "par_01k9zq4v8e7r6t5y3w2x1s0dfg",
        "CUS_01k9zq4v8e7r6t5y3w2x1s0dfg",
        "cus_01K9ZQ4V8E7R6T5Y3W2X1S0DFG",
        "cus_01k9zq4v8e7r6t5y3w2x1s0df",
        "cus_01k9zq4v8e7r6t5y3w2x1s0dfg0",
        "cus_01k9zq4v8e7r6t5y3w2x1s0dfi",
        "cus_01k9zq4v8e7r6t5y3w2x1s0dfg\n",
        "cus_٠1k9zq4v8e7r6t5y3w2x1s0dfg",
        "cus__1k9zq4v8e7r6t5y3w2x1s0dfg",
        "_01k9zq4v8e7r6t5y3w2x1s0dfg",
        "01k9zq4v8e7r6t5y3w2x1s0dfg",
        "cus_zzzzzzzzzzzzzzzzzzzzzzzzzz",
    ],
)
def test_a_near_miss_is_not_found(near_miss: str):
    assert read("cus", "cus_01k9zq4v8e7r6t5y3w2x1s0dfg")

    with pytest.raises(NotFound):
        read("cus", near_miss)


def test_ids_made_one_after_another_never_repeat_and_never_run_backwards():
    made = [new_id() for _ in range(20_000)]

    assert made == sorted(made)
    assert len({value.int >> 64 for value in made}) == len(made)


def test_threads_never_share_a_stamp():
    start = Barrier(8)

    def draw(_: int) -> list[UUID]:
        start.wait()
        return [new_id() for _ in range(10_000)]

    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            batches = list(threads.map(draw, range(8)))
    finally:
        sys.setswitchinterval(usual)

    stamps = [value.int >> 64 for batch in batches for value in batch]
    assert len(set(stamps)) == len(stamps)


def test_an_id_is_a_uuid_of_version_7_and_begins_with_its_moment():
    before = time.time_ns() // 1_000_000
    value = new_id()

    assert value.version == 7
    assert value.variant == RFC_4122
    # Ids made in a rush borrow from the milliseconds to come.
    assert before <= value.int >> 80 <= before + 60_000
    assert datetime.fromtimestamp((value.int >> 80) / 1000, UTC).year >= 2025
