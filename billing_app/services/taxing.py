"""The taxes that lines can name."""

from __future__ import annotations

from billing_app.access.actors import AdminActor
from billing_app.access.guard import admin_command
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.entries import read_line
from billing_app.kernel.errors import Conflict, Invalid
from billing_app.kernel.rates import BASIS
from billing_app.models.books import TaxRate

_LONGEST_NAME = 60


@admin_command(Permission.KEEP_BOOKS)
def add_tax_rate(work: Work[AdminActor], tax_rate_id: str, *, name: str, rate_bp: int) -> str:
    """Add a tax under its name. A rate never changes: a new one is added, the old archived.

    The id is drawn when the form opens, so sending the form again is harmless.
    """
    if type(rate_bp) is not int or not 0 <= rate_bp <= BASIS:
        raise Invalid("A tax rate is between nothing and the whole price.", field="rate")
    rate = TaxRate(
        id=TaxRate.read_id(tax_rate_id),
        name=read_line(name, longest=_LONGEST_NAME, what="name of the tax", field="name"),
        rate_bp=rate_bp,
    )
    if not work.add_unless_there(rate):
        kept = work.find(TaxRate, tax_rate_id)
        if (kept.name, kept.rate_bp) != (rate.name, rate.rate_bp):
            raise Conflict("This form was already sent with other words. Open it again.")
    return rate.shown_id


@admin_command(Permission.KEEP_BOOKS)
def archive_tax_rate(work: Work[AdminActor], tax_rate_id: str) -> str:
    """Stop using a tax. Documents that name it keep it; drafts have to choose another."""
    rate = work.find(TaxRate, tax_rate_id, lock=True)
    rate.archived_at = rate.archived_at or clock.now()
    return rate.shown_id
