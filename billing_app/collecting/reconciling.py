"""Asking the gateway for whatever it did not tell us, every minute.

News may be lost, and whoever waited for an answer may have died. So attempts that do not move
are looked at again, and all news is read that the gateway keeps, with an overlap.
"""

from __future__ import annotations

import logging
import random
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice

from billing_app.access.actors import RunnerActor
from billing_app.access.installation import Installation, work_now
from billing_app.access.work import Work
from billing_app.collecting.gateway import gateway_of, has_gateway
from billing_app.collecting.looking import LOOKS
from billing_app.collecting.transfers import take_or_leave
from billing_app.gateways.news import News
from billing_app.gateways.refusals import GatewayRefusal, KeyRefused, Unclear
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import BillingError
from billing_app.reads.arrived_transfers import waiting_transfers
from billing_app.reads.open_attempts import OpenAttempt, last_look, open_attempts, stuck_attempts
from billing_app.services.hearing import hear
from billing_app.services.looking import note_look

log = logging.getLogger("quittance.collecting")

_ATTEMPTS, _NEWS = "attempts_looked_at", "news_heard"
_PATIENCE_S = 30
"""As long as this a turn looks at attempts; nothing else on the schedule waits longer."""

_OVERLAP = timedelta(minutes=10)
"""News of so long before the last look is read again: its clock may differ from ours."""

_MOST_NEWS = 1_000
_NEWS_AT_ONCE = 100
_START = datetime(2020, 1, 1, tzinfo=UTC)

# What has not moved for so long is looked at only so often: a debit takes days, and a thousand
# of them must not become a thousand calls a minute.
_RARER = (
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta(hours=1), timedelta(minutes=10)),
)


def reconcile(place: Installation) -> None:
    """Look at the attempts that do not move, and hear what was not told."""
    is_refused = False
    if has_gateway(place):
        is_refused = _look_at_attempts(place)
        _take_what_waits(place)
    _raise_alarm(place)
    if has_gateway(place):
        is_refused |= _hear_what_was_missed(place)
    if is_refused:
        log.error("The payment provider does not take our key. What is open waits until it does.")


def is_due(attempt: OpenAttempt, last: datetime | None, now: datetime) -> bool:
    """Whether the attempt's own moment came since the last look.

    Each has moments of its own, spread by its id, so that old ones are not all asked at once.
    """
    since = now - attempt.changed_at
    period = next((rest for age, rest in _RARER if since >= age), None)
    if last is None or period is None:
        return True
    own = _START + timedelta(seconds=attempt.id.int % int(period.total_seconds()))
    return (now - own) // period != (last - own) // period


def _look_at_attempts(place: Installation) -> bool:
    """Look at what is due; returns whether our key was refused."""
    now, began = clock.now(), time.monotonic()
    last = work_now(RunnerActor(), place.database, partial(last_look, what=_ATTEMPTS))
    attempts = work_now(RunnerActor(), place.database, open_attempts)
    due = [attempt for attempt in attempts if is_due(attempt, last, now)]
    # By chance, so that those which take long do not keep the same others waiting each time.
    random.shuffle(due)
    is_refused = False
    for attempt in due:
        if time.monotonic() - began > _PATIENCE_S:
            break
        is_refused |= _look_at(place, attempt)
    work_now(RunnerActor(), place.database, partial(note_look, what=_ATTEMPTS, moment=now))
    return is_refused


def _look_at(place: Installation, attempt: OpenAttempt) -> bool:
    """Look at one attempt; returns whether our key was refused."""
    look = LOOKS[attempt.shown_id.partition("_")[0]]
    try:
        look(place, attempt.organization_id, attempt.id, source="reconciler")
    except (Unclear, GatewayRefusal, BillingError) as trouble:
        log.warning("Attempt %s could not be looked at: %s", attempt.shown_id, trouble)
        return isinstance(trouble, KeyRefused)
    except Exception:
        log.exception("Attempt %s could not be looked at.", attempt.shown_id)
    return False


def _take_what_waits(place: Installation) -> None:
    """Take the transfers that were kept and of which nothing has become yet."""
    began = time.monotonic()
    waiting = work_now(RunnerActor(), place.database, waiting_transfers)
    # By chance, so that those which cannot be taken keep no others waiting each time.
    random.shuffle(waiting)
    for each in waiting:
        if time.monotonic() - began > _PATIENCE_S:
            break
        try:
            take_or_leave(place, each.organization_id, each.shown_id, each.arrived_at)
        except Exception:
            log.exception("Transfer %s could not be taken.", each.shown_id)


def _raise_alarm(place: Installation) -> None:
    stuck = work_now(RunnerActor(), place.database, stuck_attempts)
    if stuck:
        named = ", ".join(each.shown_id for each in stuck[:10])
        log.error("%d attempts have had no answer for too long, such as %s.", len(stuck), named)


def _hear_what_was_missed(place: Installation) -> bool:
    """Take in what was told since the last look, or as much of it as one turn may.

    Returns whether our key was refused.
    """
    now = clock.now()
    last = work_now(RunnerActor(), place.database, partial(last_look, what=_NEWS))
    since = min(last or now, now) - _OVERLAP
    told = iter(gateway_of(place).news_since(since))
    new = 0
    try:
        while news := list(islice(told, _NEWS_AT_ONCE)):
            new += work_now(RunnerActor(), place.database, partial(_hear, news))
            if new >= _MOST_NEWS:
                log.warning("There is more news than one turn takes in; the next goes on.")
                return False
    except (Unclear, GatewayRefusal) as trouble:
        log.warning("The news could not be read: %s", trouble)
        return isinstance(trouble, KeyRefused)
    work_now(RunnerActor(), place.database, partial(note_look, what=_NEWS, moment=now))
    return False


def _hear(news: list[News], work: Work[RunnerActor]) -> int:
    return hear(work, *news)
