"""Prints the figures. BENCH_URL names another server than the demo's."""

from __future__ import annotations

import os
import sys

from bench import events, pages


def main() -> int:
    """Measure pages first, then events, one line each."""
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
    sys.exit(main())
