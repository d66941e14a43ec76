"""Every kind of job, and the function that does it.

A function may be called again for the same job after a crash, so it looks first whether
there is still something to do. It raises TryLater or GiveUp with a sentence when it
cannot be done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from billing_app.access.installation import Installation
from billing_app.access.outbox import (
    APPLY_NEWS,
    CHARGE_PLANNED,
    FORGET_METHOD,
    GIVE_UP_PAYMENT,
    PAYMENT_REQUEST,
    PRINT_PAPER,
    SEND_LETTER,
)
from billing_app.jobs.apply_news import apply_news
from billing_app.jobs.charge_planned import charge_planned, give_up_payment
from billing_app.jobs.forget_method import forget_method
from billing_app.jobs.leases import JobFacts
from billing_app.jobs.print_paper import print_paper
from billing_app.jobs.request_payment import request_payment
from billing_app.jobs.send_letter import send_letter

JobKind = Callable[[Installation, JobFacts], None]

KINDS: Mapping[str, JobKind] = {
    SEND_LETTER: send_letter,
    PAYMENT_REQUEST: request_payment,
    PRINT_PAPER: print_paper,
    APPLY_NEWS: apply_news,
    FORGET_METHOD: forget_method,
    CHARGE_PLANNED: charge_planned,
    GIVE_UP_PAYMENT: give_up_payment,
}
