"""Printing a paper: ``render`` takes what it says and gives back the PDF, or a refusal.

The pages are made in other processes, two at most, so that neither the loop nor the
interpreter waits for them, and one that does not come to an end can be stopped like any
process. What was made is kept for a while by what it shows: the same paper costs once.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import hashlib
import json
import logging
import queue
import subprocess
import sys
import threading
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import version
from pathlib import Path

from billing_app.documents.papers import press
from billing_app.documents.papers.checking import refuse_unfit
from billing_app.documents.papers.composing import sheet_of
from billing_app.documents.papers.refusals import CannotPrint as CannotPrint
from billing_app.documents.papers.refusals import (
    LettersMissing,
    LogoUnreadable,
    PressBroke,
    TookTooLong,
)
from billing_app.kernel.errors import Busy
from billing_app.reads.paper import Paper

log = logging.getLogger("quittance.papers")

PRINTER = f"typst {version('typst')}"
PRESSES = 2
LONGEST_S = 5.0
MOST_WAITING = 16
_MOST_KEPT = 32 << 20
# A compiler remembers what it has set; a fresh one gives that memory back.
_PAPERS_EACH = 500

_waiting: set[asyncio.Future[bytes]] = set()


class TooManyPapers(Busy):
    """The presses have more to do than anybody would wait for."""

    sentence = "Many documents are being printed right now. Please try again in a moment."


def render(paper: Paper, *, fonts: Path | None = None) -> bytes:
    """The paper as a tagged PDF, the same bytes for the same paper; or CannotPrint, or Busy."""
    refuse_unfit(paper)
    return _printers(fonts).pdf(json.dumps(sheet_of(paper), ensure_ascii=False))


async def rendered(paper: Paper, *, fonts: Path | None = None) -> bytes:
    """The same, while the loop goes on."""
    if len(_waiting) >= MOST_WAITING:
        raise TooManyPapers
    loop = asyncio.get_running_loop()
    work = loop.run_in_executor(_threads(), lambda: render(paper, fonts=fonts))
    _waiting.add(work)
    work.add_done_callback(_waiting.discard)
    return await work


def fonts_of(home: Path) -> Path:
    """Where an operator puts more fonts, for letters that the fonts brought along lack."""
    return home / "fonts"


class Printers:
    """A few presses that take turns, and the prints of late."""

    def __init__(
        self, fonts: Path | None, *, presses: int = PRESSES, longest_s: float = LONGEST_S
    ) -> None:
        self._longest_s = longest_s
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._free: queue.LifoQueue[_Running] = queue.LifoQueue()
        for _ in range(presses):
            self._free.put(_Running(str(fonts or "")))

    def pdf(self, sheet: str) -> bytes:
        """What a press makes of a sheet, or made of it before."""
        key = hashlib.sha256(sheet.encode()).hexdigest()
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = self._made(sheet)
        with self._lock:
            self._kept[key] = made
            while sum(map(len, self._kept.values())) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return made

    def close(self) -> None:
        """Stop the presses that are free, which at the end are all."""
        while not self._free.empty():
            self._free.get_nowait().stop()

    def _made(self, sheet: str) -> bytes:
        try:
            running = self._free.get(timeout=2 * self._longest_s)
        except queue.Empty:
            raise TooManyPapers from None
        try:
            outcome, body = running.print(sheet, within_s=self._longest_s)
            if outcome == press.LETTERS_MISSING:
                # The next one looks for fonts anew.
                running.stop()
        finally:
            self._free.put(running)
        if outcome == press.MADE:
            return body
        if outcome == press.LETTERS_MISSING:
            raise LettersMissing(body.decode())
        said = body.decode()
        log.error("A paper could not be set: %s", said[:500])
        raise LogoUnreadable if "image" in said.partition("\n")[0] else PressBroke


class _Running:
    """One press, started when it is first needed and again whenever it has ended."""

    def __init__(self, fonts: str) -> None:
        self._fonts = fonts
        self._process: subprocess.Popen[bytes] | None = None
        self._printed = 0

    def print(self, sheet: str, *, within_s: float) -> tuple[int, bytes]:
        """Hand a sheet over and wait for what becomes of it; a press that dawdles is stopped."""
        process = self._started()
        is_late = threading.Event()

        def give_up() -> None:
            is_late.set()
            process.kill()

        watch = threading.Timer(within_s, give_up)
        watch.start()
        try:
            assert process.stdin is not None, "it is a pipe"
            assert process.stdout is not None, "it is a pipe"
            press.write_message(process.stdin, sheet.encode())
            answer = press.read_message(process.stdout)
        except BrokenPipeError:
            answer = None
        finally:
            watch.cancel()
        if not answer:
            self.stop()
            log.error("A press was stopped." if is_late.is_set() else "A press ended by itself.")
            raise TookTooLong if is_late.is_set() else PressBroke
        self._printed += 1
        return answer[0], answer[1:]

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process, self._printed = self._process, None, 0
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._printed >= _PAPERS_EACH or (self._process and self._process.poll() is not None):
            self.stop()
        if self._process is None:
            self._process = subprocess.Popen(
                # Isolated: nothing of the environment or the folder changes what it does.
                [sys.executable, "-I", press.__file__, self._fonts],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
            )
        return self._process


@cache
def _printers(fonts: Path | None) -> Printers:
    made = Printers(fonts)
    atexit.register(made.close)
    return made


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(PRESSES, thread_name_prefix="print")
