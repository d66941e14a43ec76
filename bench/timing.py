"""A series of durations and the two figures people ask for."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import quantiles


@dataclass
class Timings:
    """Durations of one thing done many times."""

    name: str
    seconds: list[float] = field(default_factory=list)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Time one of them."""
        started = time.perf_counter()
        yield
        self.seconds.append(time.perf_counter() - started)

    def percentile_ms(self, percent: int) -> float:
        """The duration that this share of them stayed under."""
        return quantiles(self.seconds, n=100, method="inclusive")[percent - 1] * 1000

    def __str__(self) -> str:
        p50, p95 = self.percentile_ms(50), self.percentile_ms(95)
        return f"{self.name:<32} n {len(self.seconds):>4}   p50 {p50:7.1f} ms   p95 {p95:7.1f} ms"
