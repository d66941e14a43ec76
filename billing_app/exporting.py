"""Books that travel: the journal of an organization as files that other programs read."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import TextIO

from billing_app import installing, migrations
from billing_app.access.actors import OperatorActor, RunnerActor
from billing_app.access.database import Database
from billing_app.access.installation import work_now
from billing_app.access.work import Work
from billing_app.config import Settings
from billing_app.documents.journal import beancount, table
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import ConfigurationError
from billing_app.ledger import seals
from billing_app.models.organization import Organization
from billing_app.reads import journal
from billing_app.services import founding


def export_journal(settings: Settings, *, out: str, organization: str = "") -> str:
    """Write the journal to ``out`` as beancount text, and as a table in a CSV beside it.

    What is exported is put under seals first. The files appear whole or not at all.
    """
    if out == "-":
        raise ConfigurationError(
            "The journal is two files and not one stream: name a file such as books.beancount."
        )
    book = Path(out)
    sheet = book.with_suffix(".csv")
    if sheet == book:
        raise ConfigurationError("The journal is no CSV: name a file such as books.beancount.")
    with installing.opened(settings) as database:
        if not migrations.is_current(database):
            raise ConfigurationError("The database has an older shape. Run migrate first.")
        known = work_now(OperatorActor(), database, founding.organizations)
        chosen = installing.chosen(known, organization)
        _seal(database, chosen)
        count = _write(database, chosen, book, sheet)
    return f"{count} entries are in {book}, and as a table in {sheet}."


def _seal(database: Database, organization_id: str) -> None:
    owner = Organization.read_id(organization_id)
    while work_now(RunnerActor(), database, lambda work: seals.seal_some(work, owner)):
        pass


def _write(database: Database, organization_id: str, book: Path, sheet: Path) -> int:
    try:
        with ExitStack() as files:
            text, cells = (files.enter_context(_appearing(path)) for path in (book, sheet))
            return work_now(
                OperatorActor(),
                database,
                lambda work: _write_all(work, organization_id, text, cells),
            )
    except OSError as error:
        raise ConfigurationError(f"{book} cannot be written: {error.strerror}.") from error


def _write_all(work: Work[OperatorActor], organization_id: str, text: TextIO, cells: TextIO) -> int:
    """Write both files in one walk through the entries, as they were at one moment."""
    rows = csv.writer(cells)
    rows.writerow(table.HEADINGS)
    business = journal.business(work, organization_id)
    count, last_on = 0, None
    for entry in journal.entries(work, organization_id):
        if last_on is None:
            text.writelines(beancount.beginning(business, entry.on))
        text.writelines(beancount.transaction(entry))
        rows.writerows(table.rows(entry))
        count, last_on = count + 1, entry.on
    if last_on is None:
        text.writelines(beancount.beginning(business, clock.now().date()))
    balances = journal.account_balances(work, organization_id)
    text.writelines(beancount.ending(balances, last_on or date.min))
    return count


@contextmanager
def _appearing(path: Path) -> Iterator[TextIO]:
    """A file to write that takes its name when it is whole; until then the old one stays."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
