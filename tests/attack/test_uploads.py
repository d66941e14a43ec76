"""AT57: files that somebody sends. A picture is the only kind there is a door for."""

from __future__ import annotations

from zlib import compress

import httpx
import pytest

from tests.attack.contents import contents
from tests.servers import PLAIN, Site
from tests.unit.kernel.test_pictures import BEGIN, END, PNG, chunk

LOGO = "/settings/logo"
PAGE = "/admin/settings/organization"

HUGE = chunk(b"IHDR", (50_000).to_bytes(4) * 2 + b"\x08\x00\x00\x00\x00")
BOMB = BEGIN + HUGE + chunk(b"IDAT", compress(bytes(100_000))) + END
ODD = {
    "logo.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "logo.html": b"<script>alert(1)</script>",
    "logo.gif": b"GIF89a/*\x01\x00*/=alert(1)",
    "both.png": PNG + b"<script>alert(1)</script>",
    "bomb.png": BOMB,
    "nothing.png": b"\x00" * 64,
}


def sent(site: Site, name: str, content: bytes, path: str = LOGO) -> httpx.Response:
    """Ada sends a file under a name, and says that it is a picture."""
    headers = {"Origin": site.base, "Cookie": f"quittance={site.world.ada.token}"}
    files = {"logo": (name, content, "image/png")}
    return httpx.post(site.base + path, files=files, headers=headers, verify=PLAIN)


@pytest.mark.parametrize("name", ODD)
def test_at57_what_is_no_picture_is_refused_whatever_it_is_called(site: Site, name: str):
    written = contents(site.database)

    answer = sent(site, name, ODD[name])

    assert answer.headers["location"] == f"{PAGE}?said=logo-odd"
    assert contents(site.database) == written


def test_at57_the_name_of_a_file_leads_nowhere(site: Site):
    home = site.log.parent
    before = set(home.rglob("*.png"))

    answer = sent(site, "../../../etc/cron.d/logo.png", PNG)
    shown = site.get(LOGO, site.world.ada.token)
    site.send(LOGO, {"remove": "yes"}, site.world.ada.token)

    assert answer.headers["location"] == f"{PAGE}?said=logo-kept"
    assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert set(home.rglob("*.png")) == before


def test_at57_a_file_of_eleven_megabytes_is_not_read_to_its_end(site: Site):
    assert sent(site, "logo.png", bytes(11_000_000)).status_code == 413


@pytest.mark.parametrize("path", ["/_upload", "/_upload/", "/upload", "/documents/x.pdf"])
def test_at57_no_other_address_takes_a_file(site: Site, path: str):
    assert sent(site, "logo.png", PNG, path).status_code in (404, 405)
