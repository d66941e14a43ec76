"""A build is there as a whole or not at all, and knows no secret."""

import os
import time
from pathlib import Path

import pytest

from billing_app.kernel.errors import ConfigurationError
from billing_app.serving import build
from billing_app.serving.sources import digest


def _finished_build(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "script-hashes.json").write_text("[]")
    return folder


def test_what_is_already_built_is_not_built_again(tmp_path):
    said = []
    there = _finished_build(tmp_path / ".pages" / digest(tmp_path))

    assert build.build_if_changed(said.append, tmp_path) == there
    assert said == []


def test_a_build_that_fails_says_why_and_leaves_nothing_that_could_be_served(tmp_path):
    (tmp_path / "rxconfig.py").write_text("raise RuntimeError('the shelf fell down')")

    with pytest.raises(ConfigurationError, match="the shelf fell down"):
        build.build_if_changed(lambda said: None, tmp_path)

    assert not [path for path in (tmp_path / ".pages").iterdir() if path.is_dir()]


def test_a_build_sees_no_setting_of_this_installation(tmp_path):
    seen = build._build_environment(
        tmp_path,
        {
            "LINK_KEY": "k",
            "STRIPE_SECRET_KEY": "s",
            "STRIPE_WEBHOOK_SECRET": "w",
            "DATABASE_URL": "d",
            "SMTP_URL": "m",
            "DEMO": "1",
            "PUBLIC_URL": "u",
            "QUITTANCE_HOME": "h",
            "HOME": "/home/ada",
            "https_proxy": "proxy",
            "PATH": "/usr/bin",
        },
    )

    assert {name for name in seen if not name.startswith("REFLEX_")} == {
        "HOME",
        "https_proxy",
        "PATH",
        "NO_COLOR",
    }


def test_the_bundled_runtime_is_all_that_a_build_finds_on_its_path(tmp_path):
    path = Path(build._build_environment(tmp_path, {"PATH": "/usr/bin"})["PATH"])

    assert [entry.name for entry in path.iterdir()] == ["bun"]
    assert (path / "bun").resolve().is_file()


def test_old_builds_go_except_the_newest_and_those_that_are_served(tmp_path):
    served, oldest, newest, current = (
        _finished_build(tmp_path / name) for name in ("served", "oldest", "newest", "current")
    )
    for age, folder in enumerate([newest, served, oldest]):
        _set_age(folder, days=age)

    with build.kept(served):
        build._forget_old_builds(current)

    assert {path.name for path in tmp_path.iterdir()} == {"served", "newest", "current"}


def test_a_build_that_is_no_longer_served_goes_at_the_next(tmp_path):
    served, newest, current = (
        _finished_build(tmp_path / name) for name in ("served", "newest", "current")
    )
    _set_age(served, days=2)
    with build.kept(served):
        pass

    build._forget_old_builds(current)

    assert not served.exists()
    assert newest.exists()


def test_a_half_build_left_by_a_crash_goes_as_well(tmp_path):
    half = tmp_path / "new-x1"
    half.mkdir()
    _set_age(half, days=2)
    _finished_build(tmp_path / "newest")

    build._forget_old_builds(_finished_build(tmp_path / "current"))

    assert not half.exists()


def _set_age(folder: Path, *, days: int) -> None:
    then = time.time() - days * 86_400
    os.utime(folder, (then, then))


def test_a_lock_that_only_got_another_layout_keeps_its_bytes(tmp_path):
    manifest = tmp_path / "package.json"
    manifest.write_text('{\n  "react": "19.3.1"\n}\n')

    with build._lock_as_written(manifest):
        manifest.write_text('{"react":"19.3.1"}')

    assert manifest.read_text() == '{\n  "react": "19.3.1"\n}\n'


def test_a_lock_with_another_version_in_it_is_kept(tmp_path):
    manifest = tmp_path / "package.json"
    manifest.write_text('{"react":"19.3.1"}')

    with build._lock_as_written(manifest):
        manifest.write_text('{"react":"19.3.2"}')

    assert manifest.read_text() == '{"react":"19.3.2"}'
