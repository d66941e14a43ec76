"""A PDF read back: its words, and what it tells to readers who cannot see it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream

Matrix = tuple[float, float, float, float, float, float]

MISSING = 0
"""The glyph that a font draws for a letter which it does not have."""

_STRAIGHT: Matrix = (1, 0, 0, 1, 0, 0)
# How far letters reach above and below their line, as a share of their size.
_ABOVE, _BELOW = 0.7, 0.15
_HAIR = 0.5
# Nobody sees that a line goes on for a blank.
_BLANK = 3


@dataclass(frozen=True)
class Box:
    """A run of letters on a page, by the place it takes, in points from below and left."""

    page: int
    left: float
    right: float
    bottom: float
    top: float
    glyphs: tuple[int, ...]

    def lies_over(self, other: Box) -> bool:
        """Whether the two take the same place by more than a hair."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.top, other.top) - max(self.bottom, other.bottom)
        return self.page == other.page and wide > _HAIR and high > _HAIR


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

    def boxes(self) -> list[Box]:
        """Each run of letters, where it stands."""
        return [
            box
            for number, page in enumerate(self._reader.pages)
            for box in _boxes(number, page, ContentStream(page["/Contents"], self._reader))
        ]

    def outside(self, *, aside: float) -> list[Box]:
        """What stands in the margins beside the text, or runs over an end of the page."""
        width, height = self.size
        return [
            each
            for each in self.boxes()
            if each.left < aside - _HAIR
            or each.right > width - aside + _BLANK
            or each.bottom < 0
            or each.top > height
        ]

    def overlaps(self) -> list[tuple[Box, Box]]:
        """Runs of letters that stand over each other."""
        return [pair for pair in combinations(self.boxes(), 2) if pair[0].lies_over(pair[1])]

    def has_attachments(self) -> bool:
        names = self.root.get("/Names", {})
        return "/EmbeddedFiles" in names or "/AF" in self.root or "/OpenAction" in self.root


def _boxes(number: int, page: Any, stream: ContentStream) -> Iterator[Box]:
    """Follow what draws a page: each run has a place, a font and a size, and is shown once."""
    fonts = {name: _widths(font) for name, font in page["/Resources"]["/Font"].items()}
    place, kept, line, widths, size = _STRAIGHT, list[Matrix](), _STRAIGHT, dict[int, float](), 0.0
    for operands, operator in stream.operations:
        match operator:
            case b"q":
                kept.append(place)
            case b"Q":
                place = kept.pop()
            case b"cm":
                place = _after(operands, place)
            case b"Tm":
                line = _after(operands, _STRAIGHT)
            case b"Tf":
                widths, size = fonts[operands[0]], float(operands[1])
            case b"TJ" | b"Tj":
                shown = operands[0] if operator == b"TJ" else operands
                glyphs, length = _shown(shown, widths)
                left, base = _after(line, place)[4:]
                yield Box(
                    number,
                    left,
                    left + length * size / 1_000,
                    base - _BELOW * size,
                    base + _ABOVE * size,
                    glyphs,
                )


def _shown(parts: Sequence[Any], widths: dict[int, float]) -> tuple[tuple[int, ...], float]:
    """The glyphs of a run, two bytes each, and how wide it is in thousandths of its size."""
    glyphs, length = list[int](), 0.0
    for part in parts:
        if not hasattr(part, "original_bytes"):
            length -= float(part)
            continue
        raw = part.original_bytes
        run = [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]
        glyphs += run
        length += sum(widths[glyph] for glyph in run)
    return tuple(glyphs), length


def _widths(font: Any) -> dict[int, float]:
    """The width of each glyph: runs of ``first last width`` and of ``first [widths]``."""
    rows = list(font.get_object()["/DescendantFonts"][0].get_object()["/W"])
    found: dict[int, float] = {}
    while rows:
        first, then = int(rows.pop(0)), rows.pop(0)
        if isinstance(then, list):
            found |= {first + at: float(width) for at, width in enumerate(then)}
        else:
            width = float(rows.pop(0))
            found |= dict.fromkeys(range(first, int(then) + 1), width)
    return found


def _after(matrix: Sequence[Any], other: Matrix) -> Matrix:
    """What it comes to when one change of place follows another."""
    a, b, c, d, e, f = (float(each) for each in matrix)
    g, h, i, j, k, m = other
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )
