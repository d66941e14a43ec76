"""What one socket, and one address with all its sockets, has said so far."""

from __future__ import annotations

from billing_app.api.rates import Bucket, Buckets, Limits


class AddressMeters:
    """What all sockets of each address say together."""

    def __init__(self, limits: Limits) -> None:
        self._frames = Buckets(limits.address_frames)
        self._bytes = Buckets(limits.address_bytes)
        self._reports = Buckets(limits.address_reports)

    def takes(self, near: str, size: int, now: float) -> bool:
        """Whether this address may say one more frame of this size."""
        return self._frames.take(near, now) and self._bytes.take(near, now, size)

    def takes_report(self, near: str, now: float) -> bool:
        """Whether this address may report one more error of a page."""
        return self._reports.take(near, now)


class SocketMeter:
    """What one socket says, measured before anything is read of it."""

    def __init__(self, near: str, address: AddressMeters, limits: Limits, now: float) -> None:
        self._near = near
        self._address = address
        self._limits = limits
        self._frames = Bucket(limits.socket_frames, now)
        self._calm = Bucket(limits.calm_frames, now)
        self._bytes = Bucket(limits.socket_bytes, now)
        self._large = Bucket(limits.large_frames, now)
        self._reports = Bucket(limits.reports, now)

    def refusal(self, size: int, now: float) -> str | None:
        """Why a frame of this size is too much now; None if it is not."""
        if not self._frames.take(now):
            return "too many frames"
        if size > self._limits.large_frame_bytes and not self._large.take(now):
            return "too many large frames"
        if not self._bytes.take(now, size):
            return "too many bytes"
        calm = size <= self._limits.calm_frame_bytes and self._calm.take(now)
        if not calm and not self._address.takes(self._near, size, now):
            return "too much from one address"
        return None

    def takes_report(self, now: float) -> bool:
        """Whether one more error of this page is worth a line in the log."""
        return self._reports.take(now) and self._address.takes_report(self._near, now)
