"""Photographs every screen into docs/screens: phone and desk, light and dark.

Starts the demo of its own in a folder that is thrown away, comes in by the demo's doors
and waits until nothing on the page is on its way any more. A page that scrolls sideways
is named, and makes the command fail.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ensure_chromium import chromium
from playwright.sync_api import Browser, Page, expect, sync_playwright

_ROOT = Path(__file__).resolve().parents[1]
_FOLDER = _ROOT / "docs" / "screens"
_STARTS_WITHIN_S = 300.0


@dataclass(frozen=True)
class Screen:
    """One picture: its file's name, its address, and whose eyes see it.

    A page that stands still was stripped of its scripts and never comes to life.
    """

    name: str
    path: str
    door: str = ""
    stands_still: bool = False
    follow: str = ""
    """The link on that page that leads to the screen, where its address is not known before."""

    heading: str = ""
    """The heading of that screen, where it is not the link's words."""


SCREENS = (
    Screen("sign-in", "/sign-in"),
    Screen("forgot", "/forgot"),
    Screen("link-gone", "/enter/used"),
    Screen("not-found", "/not-here", stands_still=True),
    Screen("mailbox", "/mailbox"),
    Screen("expired", "/expired"),
    Screen("error", "/error"),
    Screen("admin-home", "/admin", "ada"),
    Screen("admin-invoices", "/admin/invoices", "ada"),
    Screen(
        "admin-invoice",
        "/admin/invoices",
        "ada",
        follow="INV-00018",
        heading="Invoice INV-00018",
    ),
    Screen("admin-draft", "/admin/invoices?standing=draft", "ada", follow="Draft"),
    Screen("admin-new-invoice", "/admin/new-invoice", "ada"),
    Screen("admin-take-payment", "/admin/take-payment", "ada"),
    Screen("admin-payments", "/admin/payments", "ada"),
    Screen(
        "admin-payment",
        "/admin/payments?flag=Refunded&way=card",
        "ada",
        follow="Adeyemi Family",
        heading="Payment of A$60.00",
    ),
    Screen("admin-exceptions", "/admin/exceptions", "ada"),
    Screen("admin-reconciliation", "/admin/reconciliation", "ada"),
    Screen("admin-requests", "/admin/requests", "ada"),
    Screen(
        "admin-request",
        "/admin/requests",
        "ada",
        follow="CR-00001",
        heading="Credit Request CR-00001",
    ),
    Screen(
        "admin-request-draft",
        "/admin/requests?standing=draft&customer=kestrel",
        "ada",
        follow="Draft",
        heading="Credit Request, a draft",
    ),
    Screen("admin-new-request", "/admin/new-request", "ada"),
    Screen("admin-customers", "/admin/customers", "ada"),
    Screen("admin-partners", "/admin/partners", "ada"),
    Screen("admin-customer", "/admin/customers", "ada", follow="Marsh Design"),
    Screen("admin-users", "/admin/users", "ada"),
    Screen("admin-settings", "/admin/settings", "ada"),
    Screen("admin-profile", "/admin/profile", "ada"),
    Screen("step-up", "/step-up", "ada"),
    Screen("choose", "/choose", "cleo"),
    Screen("admin-activity", "/admin/activity", "ada"),
    Screen("admin-letters", "/admin/letters", "ada"),
    Screen("partner-home", "/partner", "pat"),
    Screen("partner-profile", "/partner/profile", "pat"),
    Screen("customer-home", "/customer", "cleo"),
    Screen("customer-pay", "/customer/pay", "cleo"),
    Screen("customer-invoices", "/customer/invoices?show=all", "cleo"),
    Screen("customer-payments", "/customer/payments", "cleo"),
    Screen("customer-methods", "/customer/methods", "cleo"),
    Screen("customer-profile", "/customer/profile", "cleo"),
)
SIZES = ((1280, 800), (360, 720))
SCHEMES = ("light", "dark")


def main() -> int:
    """Take all pictures; 1 if a page is wider than its window."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    found = chromium()
    too_wide: list[str] = []
    with _demo() as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--no-first-run"]
        )
        for door in sorted({screen.door for screen in SCREENS}):
            for width, height in SIZES:
                for scheme in SCHEMES:
                    page = _page(browser, origin, width, height, scheme)
                    too_wide += _photograph_all(page, door, f"{width}-{scheme}")
                    page.context.close()
        browser.close()
    for name in too_wide:
        print(f"{name} scrolls sideways.", file=sys.stderr)
    return 1 if too_wide else 0


def _page(browser: Browser, origin: str, width: int, height: int, scheme: str) -> Page:
    return browser.new_context(
        base_url=origin,
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        locale="en-AU",
        timezone_id="Australia/Sydney",
    ).new_page()


def _photograph_all(page: Page, door: str, suffix: str) -> Iterator[str]:
    """Photograph what one person sees; give the names of pages wider than the window."""
    if door:
        _open(page, "/sign-in")
        page.locator(f'form[action="/auth/demo/{door}"] button').click()
        page.wait_for_url(lambda address: not address.rstrip("/").endswith("/sign-in"))
    for screen in SCREENS:
        if screen.door != door:
            continue
        _open(page, screen.path, comes_alive=not screen.stands_still)
        if screen.follow:
            page.get_by_role("link", name=screen.follow, exact=True).click()
            heading = screen.heading or screen.follow
            expect(page.get_by_role("heading", level=1)).to_have_text(heading)
            expect(page.locator(".skeleton")).to_have_count(0)
        name = f"{screen.name}-{suffix}"
        page.screenshot(path=_FOLDER / f"{name}.png", animations="disabled")
        print(name, flush=True)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            yield name


def _open(page: Page, path: str, *, comes_alive: bool = True) -> None:
    page.goto(path)
    expect(page.locator("#hydrated")).to_have_text("yes" if comes_alive else "no")
    expect(page.locator(".skeleton")).to_have_count(0)
    page.evaluate("document.fonts.ready.then(() => true)")


@contextmanager
def _demo() -> Iterator[str]:
    """A demo on a free port; its folder is thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="quittance-screens-") as home:
        port = _free_port()
        environment = {**os.environ, "DEMO": "1", "PORT": str(port), "QUITTANCE_HOME": home}
        server = subprocess.Popen(
            [sys.executable, "-u", "-m", "billing_app", "serve", "--lively"],
            cwd=_ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            origin = f"http://127.0.0.1:{port}"
            _wait_for(server, f"{origin}/readyz")
            # The demo's customers have paid once it says how else one can pay.
            assert server.stdout
            next(line for line in server.stdout if f"{origin}/pay/" in line)
            yield origin
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


def _wait_for(server: subprocess.Popen[str], address: str) -> None:
    gives_up_at = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < gives_up_at and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("The demo did not start.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    sys.exit(main())
