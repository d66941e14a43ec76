"""The hashes that let a page's own inline scripts run, and nobody else's."""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path


def hashes(folder: Path) -> list[str]:
    """Every inline script of every page in the folder, as Content-Security-Policy names it."""
    return sorted(
        {
            _csp_hash(script)
            for page in folder.rglob("*.html")
            for script in inline_scripts(page.read_text(encoding="utf-8"))
        }
    )


def inline_scripts(html: str) -> list[str]:
    """The text of each script that the page carries itself, exactly as written."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.scripts


def _csp_hash(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"sha256-{digest}"


class _Reader(HTMLParser):
    """Collects the bodies of script elements that have no src."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and "src" not in dict(attrs):
            self._inside = True
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.scripts[-1] += data
