"""When customers and partners are reminded of what is still to pay."""

from __future__ import annotations

from collections.abc import Sequence

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.errors import Invalid
from billing_app.models.books import AccountingSettings
from billing_app.services.changing import refuse_unseen, the_one

MOST_REMINDERS = 6
FARTHEST = 60


@admin_command(Permission.KEEP_BOOKS)
def set_reminders(work: Work[AdminActor], *, days: Sequence[int], seen: str | None = None) -> str:
    """Choose the days of reminders, counted from the due date: -3 is three days before it.

    None at all is what an organization begins with: nobody is written to unasked.
    """
    chosen = sorted({*days})
    if len(chosen) > MOST_REMINDERS or any(
        type(day) is not int or not -FARTHEST <= day <= FARTHEST for day in chosen
    ):
        raise Invalid(
            f"Choose at most {MOST_REMINDERS} days, each at most {FARTHEST} before or after the"
            " due date. Nothing was changed.",
            field="reminder_days",
        )
    settings = the_one(work, AccountingSettings)
    refuse_unseen(work, settings.shown_id, "set_reminders", seen)
    settings.reminder_days = ",".join(map(str, chosen))
    return settings.shown_id
