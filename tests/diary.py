"""What runs of a job leave behind, from whatever process."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path


class Diary:
    """A file to which each run of a ``note`` job adds lines, from whatever process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.touch()

    def write(self, line: str) -> None:
        """Add a line at once and whole: a short append is not torn."""
        opened = os.open(self.path, os.O_WRONLY | os.O_APPEND)
        os.write(opened, f"{line}\n".encode())
        os.close(opened)

    def times(self, word: str) -> Counter[str]:
        """How often each subject was ``begun`` or ``did``."""
        lines = [line.split() for line in self.path.read_text().splitlines()]
        return Counter(subject for said, subject in lines if said == word)
