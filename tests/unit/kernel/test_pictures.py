"""Pictures are whole, or they are no pictures."""

from __future__ import annotations

from zlib import compress, crc32

import pytest

from billing_app.kernel.pictures import is_drawable, is_picture


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return len(body).to_bytes(4) + kind + body + crc32(kind + body).to_bytes(4)


def segment(kind: int, body: bytes) -> bytes:
    return bytes((0xFF, kind)) + (2 + len(body)).to_bytes(2) + body


BEGIN = b"\x89PNG\r\n\x1a\n"
HEADER = chunk(b"IHDR", (1).to_bytes(4) * 2 + b"\x08\x00\x00\x00\x00")
DOTS = chunk(b"IDAT", compress(b"\x00\x00"))
END = chunk(b"IEND")
PNG = BEGIN + HEADER + DOTS + END

FRAME = segment(0xC0, b"\x08\x00\x01\x00\x01\x01\x01\x11\x00")
SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"dots\xff\x00and\xff\xd0dots"
JPEG = b"\xff\xd8" + segment(0xE0, b"JFIF\x00") + FRAME + SCAN + b"\xff\xd9"


@pytest.mark.parametrize("data", [PNG, JPEG, JPEG.replace(SCAN, SCAN * 2)])
def test_a_whole_picture_is_one(data: bytes):
    assert is_picture(data)


@pytest.mark.parametrize("whole", [PNG, JPEG])
def test_a_picture_that_was_cut_anywhere_is_none(whole: bytes):
    assert not any(is_picture(whole[:length]) for length in range(len(whole)))


@pytest.mark.parametrize(
    "data",
    [
        b"<svg onload=alert(1)>",
        BEGIN + b"<script>alert(1)</script>",
        PNG + b"<script>alert(1)</script>",
        JPEG + b"<script>alert(1)</script>",
        b"\xff\xd8\xff<script>alert(1)</script>\xff\xd9",
        BEGIN + HEADER + END,
        BEGIN + DOTS + HEADER + END,
        BEGIN + HEADER + DOTS + END + END,
        PNG.replace(b"IHDR", b"IHDr"),
        b"\xff\xd8" + FRAME + b"\xff\xd9",
        b"\xff\xd8" + SCAN + b"\xff\xd9",
        JPEG.replace(FRAME, b"<b>" + FRAME),
    ],
)
def test_what_only_looks_like_a_picture_is_none(data: bytes):
    assert not is_picture(data)


def test_a_picture_of_more_dots_than_anybody_can_draw_is_whole_and_not_taken():
    huge = PNG.replace(HEADER, chunk(b"IHDR", (50_000).to_bytes(4) * 2 + b"\x08\x00\x00\x00\x00"))

    assert is_picture(huge)
    assert not is_drawable(huge)
    assert is_drawable(PNG)
    assert is_drawable(JPEG)
