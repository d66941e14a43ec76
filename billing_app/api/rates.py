"""How much is too much: token buckets, and the figures of this installation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """So many at once, and so many a second after that."""

    burst: int
    per_second: float


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one browser, or one address, may ask of us.

    A socket has calm frames of its own, and they are small; what it says beyond them it
    shares with its whole address. So the many sockets of one address cannot fill the server,
    and a person in the same office as a flood still gets every click through.

    What is dropped is counted, too: whoever goes on and on is hung up on, because even dropping
    costs time that others wait for.

    Bytes are metered beside frames, because what a frame costs grows with its size. Reports
    are errors that a page tells of, which end in our log; news is what the payment gateway
    tells by itself.
    """

    body_bytes: int = 64 * 1024
    picture_bytes: int = 2 * 1024 * 1024
    body_seconds: float = 10.0
    frame_bytes: int = 64 * 1024
    socket_frames: Rate = Rate(burst=60, per_second=30)
    calm_frames: Rate = Rate(burst=30, per_second=3)
    calm_frame_bytes: int = 2 * 1024
    address_frames: Rate = Rate(burst=600, per_second=200)
    large_frame_bytes: int = 16 * 1024
    large_frames: Rate = Rate(burst=2, per_second=2)
    socket_bytes: Rate = Rate(burst=256 * 1024, per_second=64 * 1024)
    address_bytes: Rate = Rate(burst=2 * 1024 * 1024, per_second=512 * 1024)
    reports: Rate = Rate(burst=5, per_second=5 / 60)
    address_reports: Rate = Rate(burst=60, per_second=1)
    news: Rate = Rate(burst=600, per_second=200)
    connections: Rate = Rate(burst=60, per_second=5)
    open_sockets: int = 60
    connect_seconds: float = 60.0
    drops: Rate = Rate(burst=300, per_second=5)


class Bucket:
    """Fills by the second up to its burst; each use takes something out."""

    __slots__ = ("_filled_at", "_left", "_rate")

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate = rate
        self._left = float(rate.burst)
        self._filled_at = now

    def take(self, now: float, amount: int = 1) -> bool:
        """Whether there was so much left to take; if not, nothing is taken."""
        gained = (now - self._filled_at) * self._rate.per_second
        self._left = min(self._left + gained, float(self._rate.burst))
        self._filled_at = now
        if self._left < amount:
            return False
        self._left -= amount
        return True


class Buckets:
    """A bucket for each address, of which the least recently used are forgotten.

    Forgetting bounds the memory; it only ever forgives.
    """

    def __init__(self, rate: Rate, *, most: int = 10_000) -> None:
        self._rate = rate
        self._most = most
        self._kept: dict[str, Bucket] = {}

    def take(self, key: str, now: float, amount: int = 1) -> bool:
        """Whether this address had so much left to take."""
        bucket = self._kept.pop(key, None) or Bucket(self._rate, now)
        self._kept[key] = bucket
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
        return bucket.take(now, amount)
