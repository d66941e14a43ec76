"""Finds the Chromium that browser tests use, and fetches one where there is none.

The system's own comes first, then the one that Playwright downloads, then, for root on
Debian, the package. Which one it is gets printed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# The one without windows comes first: it shows the same and costs a fifth less.
_SYSTEM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium() -> Path | None:
    """The browser that starts on this machine, if one does."""
    on_path = (shutil.which(name) for name in _SYSTEM_NAMES)
    for candidate in (*(Path(found) for found in on_path if found), _playwrights_own()):
        if _starts(candidate):
            return candidate
    return None


def main() -> int:
    """Print the browser's path, after fetching one if need be."""
    for fetch in (_nothing, _download, _install_package):
        fetch()
        found = chromium()
        if found:
            print(f"Browser tests use {found}.", flush=True)
            return 0
    print(
        "There is no Chromium and none could be fetched. Install the package chromium and"
        " run this again.",
        file=sys.stderr,
    )
    return 1


def _playwrights_own() -> Path:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def _starts(browser: Path) -> bool:
    """A downloaded browser lies there even when libraries that it needs are missing."""
    try:
        subprocess.run([browser, "--version"], capture_output=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _nothing() -> None:
    """First see what is there."""


def _download() -> None:
    print("Downloading Chromium, about 150 MB…", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def _install_package() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Debian's chromium…", flush=True)
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        # Debian has had the one without windows as a package of its own only for a while.
        for package in ("chromium-headless-shell", "chromium"):
            asked = ["apt-get", "install", "-y", "-qq", package]
            if subprocess.run(asked, check=False).returncode == 0:
                return


if __name__ == "__main__":
    sys.exit(main())
