"""The digest decides whether a start builds, so it must miss nothing and fear nothing."""

import shutil
from pathlib import Path

import pytest

from billing_app.serving.sources import digest


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    for name, text in {
        "billing_app/ui/pay.py": "title = 'Pay'",
        "assets/quittance.css": "h1 { margin: 0 }",
        "reflex.lock/bun.lock": "{}",
        "rxconfig.py": "config = None",
        "requirements.txt": "reflex==0.10.1",
        "README.md": "Quittance",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize(
    "name",
    [
        "billing_app/ui/pay.py",
        "assets/quittance.css",
        "reflex.lock/bun.lock",
        "rxconfig.py",
        "requirements.txt",
    ],
)
def test_a_change_of_anything_that_pages_are_built_from_changes_the_digest(checkout, name):
    before = digest(checkout)

    with (checkout / name).open("a") as source:
        source.write(" ")

    assert digest(checkout) != before


@pytest.mark.parametrize("name", ["README.md", "billing_app/notes.txt"])
def test_a_change_of_anything_else_does_not(checkout, name):
    before = digest(checkout)

    (checkout / name).write_text("other words")

    assert digest(checkout) == before


def test_a_new_a_renamed_and_a_removed_page_each_change_the_digest(checkout):
    page, renamed = checkout / "billing_app/ui/pay.py", checkout / "billing_app/ui/paid.py"
    seen = {digest(checkout)}

    shutil.copy(page, renamed)
    seen.add(digest(checkout))
    page.unlink()
    seen.add(digest(checkout))
    renamed.unlink()
    seen.add(digest(checkout))

    assert len(seen) == 4


def test_a_copy_with_other_times_has_the_same_digest(checkout, tmp_path):
    copy = shutil.copytree(checkout, tmp_path / "copy", copy_function=shutil.copyfile)

    assert digest(copy) == digest(checkout)


def test_assets_that_reflex_links_while_it_builds_do_not_count(checkout):
    before = digest(checkout)
    linked = checkout / "assets/external/reflex/radix.js"
    linked.parent.mkdir(parents=True)
    linked.write_text("linked")

    assert digest(checkout) == before
