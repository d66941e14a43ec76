"""Pictures: whether some bytes are one whole PNG or JPEG, and nothing else.

Only how they are built is read, piece by piece from the first byte to the last, so that no
other kind of file passes by its beginning. What the dots show is the browser's business.
"""

from __future__ import annotations

from zlib import crc32

_MOST_DOTS = 16_000_000

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"

_MARK = 0xFF
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN, _END = 0xDA, 0xD9
# What may follow a mark within a scan: a dot that only looks like one, or a restart.
_IN_SCAN = frozenset({0x00, *range(0xD0, 0xD8)})


def is_picture(data: bytes) -> bool:
    """Whether the bytes are a picture that a page or a letter can show."""
    try:
        return _is_png(data) or _is_jpeg(data)
    except (IndexError, ValueError):
        return False


def is_drawable(data: bytes) -> bool:
    """Whether it is a picture of so few dots that drawing it takes nobody's memory."""
    wide, high = _dots_of(data) if is_picture(data) else (0, 0)
    return 0 < wide * high <= _MOST_DOTS


def _is_png(data: bytes) -> bool:
    """Chunks with a checksum each: the header first, then the dots, the end at the end."""
    if not data.startswith(_PNG):
        return False
    kinds, at = [], len(_PNG)
    while at < len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4])
        if data[end : end + 4] != crc32(data[at + 4 : end]).to_bytes(4):
            return False
        kinds.append(data[at + 4 : at + 8])
        at = end + 4
    return kinds[0] == b"IHDR" and b"IDAT" in kinds and kinds.index(b"IEND") == len(kinds) - 1


def _is_jpeg(data: bytes) -> bool:
    """Segments that tell their length: a frame, then its scans, the end at the end."""
    if not data.startswith(_JPEG):
        return False
    found, at = set(), len(_JPEG)
    while (kind := data[at + 1]) != _END:
        if data[at] != _MARK:
            return False
        found.add(kind)
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
        if kind == _SCAN:
            at = _behind_scan(data, at)
    return _SCAN in found and bool(found & _FRAMES) and data[at:] == bytes((_MARK, _END))


def _behind_scan(data: bytes, at: int) -> int:
    """Where the next segment begins, or the end."""
    while data[at := data.index(_MARK, at) + 1] in _IN_SCAN:
        pass
    return at - 1


def _dots_of(data: bytes) -> tuple[int, int]:
    """How wide and how high a picture says that it is; nothing where it does not say."""
    if data.startswith(_PNG):
        return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    at = len(_JPEG)
    while at + 9 <= len(data) and data[at] == _MARK:
        if data[at + 1] in _FRAMES:
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return 0, 0
