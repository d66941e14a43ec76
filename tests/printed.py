"""A PDF read back: its words, and what it tells to readers who cannot see it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader


class Printed:
    """A PDF file, as somebody opens it."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._reader = PdfReader(io.BytesIO(content))
        self.root: Any = self._reader.trailer["/Root"]
        self.pages = [page.extract_text() for page in self._reader.pages]

    @property
    def text(self) -> str:
        """All words, in the order of the page, with plain blanks."""
        return " ".join(" ".join(self.pages).replace("\u200b", "").split())

    @property
    def title(self) -> str:
        return str((self._reader.metadata or {}).get("/Title"))

    @property
    def language(self) -> str:
        return str(self.root["/Lang"])

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a page, in whole points."""
        box = self._reader.pages[0].mediabox
        return round(box.width), round(box.height)

    def roles(self) -> set[str]:
        """The parts that its structure names: headings, tables, their head cells, pictures."""
        return {str(part["/S"]) for part in self._parts() if "/S" in part}

    def said_of_pictures(self) -> set[str]:
        """What is read aloud in the place of each picture."""
        return {str(part["/Alt"]) for part in self._parts() if "/Alt" in part}

    def _parts(self) -> Iterator[Any]:
        waiting = [self.root["/StructTreeRoot"]]
        while waiting:
            part = waiting.pop().get_object()
            if isinstance(part, list):
                waiting += part
            elif hasattr(part, "get"):
                yield part
                waiting += [part["/K"]] if "/K" in part and not isinstance(part["/K"], int) else []

    def fonts(self) -> list[tuple[str, bool]]:
        """Each font by its name, and whether it is in the file."""
        found = {}
        for page in self._reader.pages:
            for font in page["/Resources"]["/Font"].values():
                own = font.get_object()
                inner = own.get("/DescendantFonts", [own])[0].get_object()
                about = inner["/FontDescriptor"]
                found[str(own["/BaseFont"])] = any("FontFile" in key for key in about)
        return sorted(found.items())

    def has_attachments(self) -> bool:
        names = self.root.get("/Names", {})
        return "/EmbeddedFiles" in names or "/AF" in self.root or "/OpenAction" in self.root
