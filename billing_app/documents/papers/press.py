"""The press: a process of its own that turns one sheet after another into a page file.

It is run as a script and knows nothing of ours but the template and the fonts beside it: what
it is asked comes in on its standard input, what it made goes out on its standard output, and
it ends when whoever started it does. A sheet is data; no word of it is ever read as markup.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import struct
import sys
from pathlib import Path
from typing import IO

import typst

FOLDER = Path(__file__).parent
OWN_FAMILIES = ("Noto Sans", "Noto Sans Hebrew", "Noto Sans Arabic")
MADE, LETTERS_MISSING, FAILED = 0, 1, 2

_MOST_MEMORY = 2 << 30
_LENGTH = struct.Struct(">I")
_LETTER = re.compile(r'the text `"(.+?)"` could not be displayed')
_CODE_POINT = re.compile(r"\\u\{([0-9a-f]+)\}")
# The same for every paper, so that equal sheets make equal bytes.
_BEGINNING_OF_TIME = 0


class Press:
    """The compiler with its fonts, which it reads once."""

    def __init__(self, more_fonts: str = "") -> None:
        others = [more_fonts] if os.path.isdir(more_fonts) else []
        folders = [str(FOLDER / "fonts"), *others]
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=folders
        )
        added = sorted(set(fonts.families()) - set(OWN_FAMILIES))
        self._families = json.dumps([*OWN_FAMILIES, *added])
        self._compiler = typst.Compiler(
            str(FOLDER / "paper.typ"),
            root=str(FOLDER),
            font_paths=fonts,
            ignore_system_fonts=True,
        )

    def pdf(self, sheet: str) -> bytes:
        """The sheet as a tagged PDF; the compiler itself refuses a letter without a glyph."""
        made = self._compiler.compile(
            format="pdf",
            sys_inputs={"sheet": sheet, "families": self._families},
            pdf_standards=["ua-1"],
            timestamp=_BEGINNING_OF_TIME,
        )
        assert isinstance(made, bytes), "a PDF is one file"
        return made

    def picture(self, sheet: str, *, dots_per_inch: int) -> bytes:
        """The first page as a PNG."""
        made = self._compiler.compile(
            format="png",
            ppi=dots_per_inch,
            sys_inputs={"sheet": sheet, "families": self._families},
        )
        assert made is not None, "nothing was written to a file"
        return made[0] if isinstance(made, list) else made


def answer(press: Press, sheet: str) -> tuple[int, bytes]:
    """What became of a sheet: the PDF, the letters that no font has, or what went wrong."""
    try:
        return MADE, press.pdf(sheet)
    except typst.TypstError as error:
        said = error.diagnostic or error.message
        if letters := missing_letters(said):
            return LETTERS_MISSING, letters.encode()
        return FAILED, said.encode()


def missing_letters(said: str) -> str:
    """The letters that the compiler found in no font, each once."""
    found = (_CODE_POINT.sub(_character, letter) for letter in _LETTER.findall(said))
    return "".join(dict.fromkeys("".join(found)))


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def read_message(stream: IO[bytes]) -> bytes | None:
    """The next message; None at the end, or when it breaks off."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None


def write_message(stream: IO[bytes], body: bytes) -> None:
    """Send a message whole."""
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def main(more_fonts: str = "") -> int:
    """Print whatever is asked for until nobody asks any more."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    press = Press(more_fonts)
    while (sheet := read_message(sys.stdin.buffer)) is not None:
        outcome, body = answer(press, sheet.decode())
        write_message(sys.stdout.buffer, bytes([outcome]) + body)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
