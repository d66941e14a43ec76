"""Whether the pages must be built again is decided by what they are built from."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_WATCHED = (
    ("billing_app", "**/*.py"),
    ("assets", "**/*"),
    ("reflex.lock", "**/*"),
    (".", "rxconfig.py"),
    (".", "requirements.txt"),
)


def digest(root: Path = ROOT) -> str:
    """Name the exact state of everything the pages are built from.

    Content decides and not the time of a change, so that a fresh clone, a copy and a
    branch switched there and back all find the pages they already have.
    """
    total = hashlib.sha256(f"python {sys.version_info.major}.{sys.version_info.minor}\n".encode())
    for path in _sources(root):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(root).as_posix()}\0{content}\n".encode())
    return total.hexdigest()[:24]


def _sources(root: Path) -> Iterator[Path]:
    for folder, pattern in _WATCHED:
        yield from sorted(path for path in (root / folder).glob(pattern) if _counts(path))


def _counts(path: Path) -> bool:
    # Reflex links shared assets of its own packages into assets/external while it builds.
    return path.is_file() and "external" not in path.parts[-3:-1]
