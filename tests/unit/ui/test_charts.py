"""Where the bars of a chart are."""

from __future__ import annotations

from billing_app.ui.components.charts import bars, segments


def test_what_came_in_stands_on_the_line_and_what_went_back_hangs_from_it():
    first, second, nothing = bars([("Jan", 300, 0), ("Feb", 150, 100), ("Mar", 0, 0)])

    assert (first.up_y, first.up) == ("0.00", "75.00")
    assert (second.up_y, second.up) == ("37.50", "37.50")
    assert (second.down_y, second.down) == ("75.00", "25.00")
    assert (nothing.up, nothing.down) == ("0.00", "0.00")
    assert [bar.x for bar in (first, second, nothing)] == ["1.80", "11.80", "21.80"]


def test_the_parts_of_a_bar_fill_it_in_their_order():
    parts = segments([100, 0, 300])

    assert [(part.look, part.x, part.width) for part in parts] == [
        ("0", "0.00", "25.00"),
        ("2", "25.00", "75.00"),
    ]


def test_nothing_draws_nothing():
    assert segments([0, 0]) == []
    assert [bar.up for bar in bars([("Jan", 0, 0)])] == ["0.00"]
