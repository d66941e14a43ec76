"""The statements that find what waits on account 2010, to list it or to narrow others by it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, literal
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from billing_app.ledger.accounts import Code
from billing_app.models.ledger import Posting


def waiting() -> Any:
    """Each item of which the account holds something, and how much."""
    # Written out in the statement, so that the index of this one account is known to hold it.
    code: Any = literal(str(Code.UNIDENTIFIED_RECEIPTS), literal_execute=True)
    taken = aliased(Posting)
    placed: Any = (
        select(func.coalesce(func.sum(taken.amount_minor), 0))
        .where(
            taken.organization_id == Posting.organization_id,
            taken.debit_item_id == Posting.credit_item_id,
            taken.debit_account == code,
        )
        .correlate(Posting)
        .scalar_subquery()
    )
    item, left = col(Posting.credit_item_id), func.sum(Posting.amount_minor) - placed
    return (
        select(item, left)
        .where(Posting.credit_account == code)
        .group_by(col(Posting.organization_id), item)
        .having(left > 0)
    )


def waiting_items() -> Any:
    """The items of which money waits, to narrow others by."""
    return waiting().with_only_columns(col(Posting.credit_item_id), maintain_column_froms=True)
