import pytest

from billing_app.api.rates import Bucket, Buckets, Rate


def test_a_burst_is_served_and_the_next_one_is_not():
    bucket = Bucket(Rate(burst=3, per_second=1), now=100.0)
    assert [bucket.take(100.0) for _ in range(4)] == [True, True, True, False]


def test_an_empty_bucket_refills_by_the_second():
    bucket = Bucket(Rate(burst=2, per_second=4), now=0.0)
    bucket.take(0.0), bucket.take(0.0)
    assert [bucket.take(0.2), bucket.take(0.25), bucket.take(0.3)] == [False, True, False]


def test_a_long_rest_never_saves_up_more_than_the_burst():
    bucket = Bucket(Rate(burst=2, per_second=4), now=0.0)
    assert sum(bucket.take(3_600.0) for _ in range(10)) == 2


def test_a_bucket_gives_no_part_of_what_was_asked_and_keeps_it_for_less():
    bucket = Bucket(Rate(burst=10, per_second=1), now=0.0)
    assert [
        bucket.take(0.0, 11),
        bucket.take(0.0, 7),
        bucket.take(0.0, 4),
        bucket.take(0.0, 3),
    ] == [
        False,
        True,
        False,
        True,
    ]


def test_addresses_do_not_use_up_each_others_buckets():
    buckets = Buckets(Rate(burst=1, per_second=1))
    assert [buckets.take(who, 0.0) for who in ("ada", "pat", "ada")] == [True, True, False]


@pytest.mark.parametrize(("most", "forgotten"), [(2, True), (3, False)])
def test_the_least_recently_used_address_is_forgotten_first(most, forgotten):
    buckets = Buckets(Rate(burst=1, per_second=0.001), most=most)
    for who in ("ada", "pat", "cleo"):
        buckets.take(who, 0.0)
    assert buckets.take("ada", 0.0) is forgotten
