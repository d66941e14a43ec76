"""What a script that does not belong to us would find in our pages: nothing that runs."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ONE_DATABASE, Visitor
from tests.servers import Site

pytestmark = ONE_DATABASE

# From a timer, because what Playwright itself evaluates may use eval.
_EVAL = """
() => new Promise((told) => setTimeout(() => {
  try { told(eval('"ran"')) } catch (error) { told(error.name) }
}))
"""

_ADD_SCRIPT = """
() => new Promise((tried) => {
  const script = document.createElement('script');
  script.textContent = 'document.title = "owned"';
  document.body.append(script);
  const image = new Image();
  image.setAttribute('onerror', 'document.title += " owned"');
  image.addEventListener('error', tried);
  image.src = 'data:image/png,none';
})
"""


class _Trap(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Win</title><link rel=icon href='data:,'>")

    def log_message(self, *_: object) -> None:
        """Nobody needs to know who came."""


@pytest.fixture(scope="module")
def trap() -> Iterator[str]:
    """Somebody else's site, on this machine too: browsers keep other machines out anyway."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Trap) as server:
        serving = Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        serving.join()


@pytest.mark.parametrize(
    ("bypass", "outcome"), [(False, "EvalError"), (True, "ran")], ids=["ours", "without policy"]
)
def test_text_is_never_run_as_a_script(visit: Visitor, bypass: bool, outcome: str) -> None:
    somebody = visit(bypass_csp=bypass)
    somebody.excuse("policy: script-src eval")
    somebody.open("/sign-in")

    assert somebody.page.evaluate(_EVAL) == outcome


@pytest.mark.parametrize(
    ("bypass", "title"),
    [(False, "Home · Quittance"), (True, "owned owned")],
    ids=["ours", "without policy"],
)
def test_a_script_that_was_slipped_in_does_not_run(
    visit: Visitor, site: Site, bypass: bool, title: str
) -> None:
    ada = visit(site.world.ada.token, bypass_csp=bypass)
    ada.excuse("inline")
    ada.open("/admin")

    ada.page.evaluate(_ADD_SCRIPT)

    expect(ada.page).to_have_title(title)


@pytest.mark.parametrize("path", ["/sign-in", "/admin", "/no-such-page"])
def test_no_other_site_can_frame_ours(visit: Visitor, site: Site, trap: str, path: str) -> None:
    ada = visit(site.world.ada.token)
    ada.excuse("frame-ancestors")
    ada.page.goto(trap)
    assert _framed(ada.page, f"{trap}/inner") == f"{trap}/inner"

    with ada.page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        shown = _framed(ada.page, site.base + path)

    assert shown == "chrome-error://chromewebdata/"


def _framed(page: Page, address: str) -> str:
    """Where a frame ends up that was to show ``address``."""
    page.evaluate(
        """(address) => new Promise((loaded) => {
          const frame = document.createElement('iframe');
          frame.onload = loaded;
          frame.src = address;
          document.body.replaceChildren(frame);
        })""",
        address,
    )
    return page.frames[-1].url
