"""Prints the figures: of papers, books and letters, then of a running server, if there is one.

Without a word it prints them all; ``papers``, ``books``, ``letters``, ``screens``, ``weight`` and
``server`` ask for one each. BENCH_URL names another server than the demo's, BENCH_POSTINGS another
size of the large books, BENCH_INVOICES one of the business whose screens are measured.
"""

from __future__ import annotations

import os
import sys

from bench import books, events, letters, pages, papers, reading, screens, weight
from bench.ground import databases, founded

_SMALL = 10_000
_FIGURES = ("papers", "books", "letters", "screens", "weight", "server")


def main(*asked: str) -> int:
    """Measure what was asked for, one line each; 1 if nothing answers, 2 if it is unknown."""
    if unknown := set(asked) - set(_FIGURES):
        print(f"Nothing is called {', '.join(sorted(unknown))}: ask for {', '.join(_FIGURES)}.")
        return 2
    if not asked or "papers" in asked:
        for line in papers.measure():
            print(line, flush=True)
    if not asked or "books" in asked:
        _books(int(os.environ.get("BENCH_POSTINGS", "1_000_000")))
    if not asked or "letters" in asked:
        _letters()
    if not asked or "screens" in asked:
        _screens(int(os.environ.get("BENCH_INVOICES", "100_000")))
    if not asked or "weight" in asked:
        for line in weight.measure():
            print(line, flush=True)
    if not asked or "server" in asked:
        return _server()
    return 0


def _books(large: int) -> None:
    with databases() as both:
        for database in both:
            name = founded(database).name
            print(f"{name}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", flush=True)
            print(books.issuing(database), flush=True)
            for clients, customers in ((1, 1), (4, 4), (4, 1)):
                print(books.paying_part(database, clients, customers), flush=True)
            for line in reading.measure(database, _SMALL, large):
                print(line, flush=True)


def _letters() -> None:
    with databases() as both:
        for database in both:
            for line in letters.measure(database):
                print(line, flush=True)


def _screens(invoices: int) -> None:
    with databases() as both:
        for database in both:
            for line in screens.measure(database, invoices):
                print(line, flush=True)


def _server() -> int:
    url = os.environ.get("BENCH_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
    try:
        measured = [*pages.measure(url), events.measure(url)]
    except OSError as problem:
        print(f"Nothing answers at {url} ({problem}). Start it with make demo.", file=sys.stderr)
        return 1
    for timings in measured:
        print(timings)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
