"""While the demo's story runs, the terminal hears of real trouble and of nothing else."""

from __future__ import annotations

import logging

import pytest

from billing_app.collecting.planned import NotAnnouncedYet
from billing_app.collecting.transfers import NOBODY_KNOWN
from billing_app.demo.hush import hushed

COLLECTING, JOBS = (logging.getLogger(f"quittance.{name}") for name in ("collecting", "jobs"))


def say_everything() -> None:
    COLLECTING.error(NOBODY_KNOWN, "atr_1")
    COLLECTING.error("Something else went wrong.")
    JOBS.warning("A job.", extra={"fields": {"trouble": NotAnnouncedYet.sentence}})
    JOBS.warning("A job.", extra={"fields": {"trouble": "The mail server hung up."}})


def test_only_what_belongs_to_the_story_is_kept_back_and_only_as_long(
    caplog: pytest.LogCaptureFixture,
):
    with hushed():
        say_everything()
    kept_back = len(caplog.records)
    say_everything()

    assert kept_back == 2
    assert "Something else went wrong." in caplog.messages
    assert len(caplog.records) == 6
