"""All commands of the books in any order, against an oracle of plain dicts and integers."""

from __future__ import annotations

from billing_app.access.database import Database
from tests.playing import never_done, played


def test_any_order_of_commands_leaves_the_books_as_the_oracle_has_them(database: Database):
    fired = played(database, examples=100, steps=30)

    assert never_done(fired) == set()
