"""How much a phone loads to pay, beside a page of the framework with nothing on it.

Both are built the same way and loaded by a browser, at the same address, from the same plain
server of files: the scripts, styles and fonts that came over the wire, packed as they were sent.
What the socket says then is not counted; it is a few thousand bytes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copytree, which
from threading import Thread
from typing import Any

from playwright.sync_api import Request, sync_playwright

from billing_app.serving.build import build_if_changed
from billing_app.serving.sources import ROOT

BAR = 1.25
_PAGE = "/pay/of-nobody"
_SETTLES_MS = 1_500
_CONFIG = """
import reflex as rx

config = rx.Config(
    app_name="empty",
    plugins=[{plugin}],
    disable_plugins=[rx.plugins.SitemapPlugin],
    frontend_compression_formats=["brotli", "gzip"],
    show_built_with_reflex=False,
    telemetry_enabled=False,
)
"""
_APP = """
import reflex as rx

app = rx.App()
app.add_page(rx.fragment, route="/pay/[token]")
"""


# An empty page as the framework makes it, with its theme; and with all of that left out.
_PLUGINS = {"an empty page": "rx.plugins.RadixThemesPlugin()", "one without its theme": ""}


def measure() -> Iterator[str]:
    """The bytes of the payment page, then those of each empty one, and the share."""
    ours = _loaded(build_if_changed(lambda _: None))
    yield f"the payment page {ours:,} bytes"
    for name, plugin in _PLUGINS.items():
        with tempfile.TemporaryDirectory() as folder:
            empty = _loaded(_empty(Path(folder), plugin))
        yield f"  {name} {empty:,} bytes   ({ours / empty:.2f}, bar {BAR})"


def _empty(root: Path, plugin: str) -> Path:
    """The build of an application with one page and nothing on it, of the same packages."""
    (root / "rxconfig.py").write_text(_CONFIG.format(plugin=plugin))
    (root / "empty").mkdir()
    (root / "empty" / "__init__.py").touch()
    (root / "empty" / "empty.py").write_text(_APP)
    copytree(ROOT / "reflex.lock", root / "reflex.lock")
    return build_if_changed(lambda _: None, root)


def _loaded(build: Path) -> int:
    """What a browser has loaded when nothing more comes."""
    sizes: list[int] = []
    found = which("chromium") or which("google-chrome")

    def note(request: Request) -> None:
        sizes.append(request.sizes()["responseBodySize"])

    with _served(build / "build" / "client") as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("requestfinished", note)
        page.goto(url + _PAGE)
        page.wait_for_timeout(_SETTLES_MS)
        browser.close()
    return sum(sizes)


class _Files(SimpleHTTPRequestHandler):
    """Built files, packed if the browser takes that; the page itself for every other address."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send one file."""
        asked = Path(self.translate_path(self.path))
        file = asked if asked.is_file() else Path(self.directory) / "__spa-fallback.html"
        packed = file.with_name(f"{file.name}.br")
        body = (packed if packed.exists() else file).read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(file))
        self.send_header("Content-Length", str(len(body)))
        if packed.exists():
            self.send_header("Content-Encoding", "br")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    # A name that is no address: browsers take packed files over plain HTTP from localhost alone.
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
