"""The square code that a phone reads an address from: QR, model 2, as ISO 18004 has it.

Only what an address needs: bytes, correction level M, up to 213 bytes. Each step is named as the
standard names it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import groupby

# By version from 1: codewords in all, error correction codewords of each block, and blocks.
_CAPACITY = (
    (26, 10, 1), (44, 16, 1), (70, 26, 1), (100, 18, 2), (134, 24, 2), (172, 16, 4), (196, 18, 4),
    (242, 22, 4), (292, 22, 5), (346, 26, 5),
)  # fmt: skip
_ALIGNED = ((), (18,), (22,), (26,), (30,), (34,), (22, 38), (24, 42), (26, 46), (28, 50))
_BYTES = 0b0100
_PADDING = (0xEC, 0x11)
_FIELD = 0x11D
_FORMAT, _FORMAT_MASK, _VERSION = 0x537, 0x5412, 0x1F25
_QUIET = 4
_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda y, x: (y + x) % 2 == 0,
    lambda y, x: y % 2 == 0,
    lambda y, x: x % 3 == 0,
    lambda y, x: (y + x) % 3 == 0,
    lambda y, x: (y // 2 + x // 3) % 2 == 0,
    lambda y, x: y * x % 2 + y * x % 3 == 0,
    lambda y, x: (y * x % 2 + y * x % 3) % 2 == 0,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2 == 0,
)

Matrix = list[list[bool]]


def code(text: str) -> str:
    """The code of a text as an SVG picture, with the quiet frame that readers need."""
    dark = matrix(text.encode())
    size = len(dark) + 2 * _QUIET
    runs = "".join(
        f"M{x + _QUIET} {y + _QUIET}h{length}v1h-{length}z"
        for y, row in enumerate(dark)
        for x, length in _runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}">'
        f'<path fill="#ffffff" d="M0 0h{size}v{size}H0z"/><path d="{runs}"/></svg>'
    )


@cache
def matrix(data: bytes) -> Matrix:
    """Which modules of the code are dark, under the mask that leaves the fewest plain areas."""
    version = next(v for v in range(1, len(_CAPACITY) + 1) if len(data) <= _room(v))
    bits = _bits(_interleaved(_codewords(data, version), version))
    return min((_drawn(version, bits, mask) for mask in range(len(_MASKS))), key=_penalty)


def _room(version: int) -> int:
    total, correction, blocks = _CAPACITY[version - 1]
    head = 4 + (8 if version < 10 else 16)
    return total - correction * blocks - (head + 7) // 8


def _codewords(data: bytes, version: int) -> list[int]:
    total, correction, blocks = _CAPACITY[version - 1]
    wanted = total - correction * blocks
    count = 8 if version < 10 else 16
    stream = f"{_BYTES:04b}{len(data):0{count}b}" + "".join(f"{byte:08b}" for byte in data)
    stream += "0" * min(4, wanted * 8 - len(stream))
    stream += "0" * (-len(stream) % 8)
    words = [int(stream[at : at + 8], 2) for at in range(0, len(stream), 8)]
    return words + [_PADDING[at % 2] for at in range(wanted - len(words))]


def _interleaved(words: Sequence[int], version: int) -> list[int]:
    """The blocks side by side, each followed by its correction; the longer ones come last."""
    total, correction, blocks = _CAPACITY[version - 1]
    short, longer = divmod(total - correction * blocks, blocks)
    parts, at = [], 0
    for block in range(blocks):
        length = short + (block >= blocks - longer)
        parts.append(list(words[at : at + length]))
        at += length
    corrections = [_correction(part, correction) for part in parts]
    data = [part[i] for i in range(short + 1) for part in parts if i < len(part)]
    return data + [part[i] for i in range(correction) for part in corrections]


def _correction(words: Sequence[int], count: int) -> list[int]:
    """The remainder of the words by the generator, in the field of 256."""
    power, log = _field()
    generator = [1]
    for degree in range(count):
        generator = [
            a ^ b
            for a, b in zip(
                [*generator, 0],
                [0, *(power[(log[each] + degree) % 255] for each in generator)],
                strict=True,
            )
        ]
    rest = [*words, *[0] * count]
    for at in range(len(words)):
        if lead := rest[at]:
            for offset, each in enumerate(generator):
                rest[at + offset] ^= power[(log[each] + log[lead]) % 255]
    return rest[len(words) :]


@cache
def _field() -> tuple[list[int], dict[int, int]]:
    power, value = [], 1
    for _ in range(255):
        power.append(value)
        value = value << 1 ^ (_FIELD if value & 0x80 else 0)
    return power, {each: exponent for exponent, each in enumerate(power)}


def _bits(words: Sequence[int]) -> str:
    return "".join(f"{word:08b}" for word in words)


def _drawn(version: int, bits: str, mask: int) -> Matrix:
    size = 17 + 4 * version
    fixed = _patterns(version) | _format(size, mask)
    places = (place for place in _path(size) if place not in fixed)
    hidden = _MASKS[mask]
    # What is left over after the last codeword is light.
    modules = {
        (y, x): (bits[at : at + 1] == "1") ^ hidden(y, x) for at, (y, x) in enumerate(places)
    }
    modules |= fixed
    return [[modules[y, x] for x in range(size)] for y in range(size)]


def _patterns(version: int) -> dict[tuple[int, int], bool]:
    """What is the same in every code of a version: finders, timing, alignment, its number."""
    size = 17 + 4 * version
    drawn = {(6, at): at % 2 == 0 for at in range(size)}
    drawn |= {(at, 6): at % 2 == 0 for at in range(size)}
    for top, left in ((0, 0), (0, size - 7), (size - 7, 0)):
        for y in range(max(top - 1, 0), min(top + 8, size)):
            for x in range(max(left - 1, 0), min(left + 8, size)):
                ring = max(abs(y - top - 3), abs(x - left - 3))
                drawn[y, x] = ring not in (2, 4)
    around = (6, *_ALIGNED[version - 1]) if version > 1 else ()
    for middle in ((y, x) for y in around for x in around):
        corners = {(6, 6), (6, size - 7), (size - 7, 6)}
        if middle not in corners:
            for y in range(-2, 3):
                for x in range(-2, 3):
                    drawn[middle[0] + y, middle[1] + x] = max(abs(y), abs(x)) != 1
    if version >= 7:
        number = version << 12 | _remainder(version << 12, _VERSION)
        for at in range(18):
            place = (at // 3, size - 11 + at % 3)
            drawn[place] = drawn[place[::-1]] = bool(number >> at & 1)
    return drawn


def _format(size: int, mask: int) -> dict[tuple[int, int], bool]:
    """Level M and the mask, written twice; and the one module that is always dark."""
    value = (mask << 10 | _remainder(mask << 10, _FORMAT)) ^ _FORMAT_MASK
    near = [(at + (at > 5), 8) for at in range(7)] + [(8, 8)]
    near += [(8, 7), *((8, 14 - at) for at in range(9, 15))]
    far = [(8, size - 1 - at) for at in range(8)] + [(size - 15 + at, 8) for at in range(8, 15)]
    bits = [bool(value >> at & 1) for at in range(15)]
    return (
        dict(zip(near, bits, strict=True))
        | dict(zip(far, bits, strict=True))
        | {(size - 8, 8): True}
    )


def _remainder(value: int, generator: int) -> int:
    while value.bit_length() >= generator.bit_length():
        value ^= generator << (value.bit_length() - generator.bit_length())
    return value


def _path(size: int) -> Iterator[tuple[int, int]]:
    """Two columns at a time from the right, up and down in turns, past the timing column."""
    for turn, right in enumerate([*range(size - 1, 6, -2), *range(5, 0, -2)]):
        for step in range(size):
            y = step if turn % 2 else size - 1 - step
            yield from ((y, right), (y, right - 1))


def _penalty(dark: Matrix) -> int:
    """Long runs of one shade, and squares of one: what readers find hardest."""
    lines = [*dark, *([row[x] for row in dark] for x in range(len(dark)))]
    runs = (len(list(run)) for line in lines for _, run in groupby(line))
    squares = sum(
        dark[y][x] == dark[y][x + 1] == dark[y + 1][x] == dark[y + 1][x + 1]
        for y in range(len(dark) - 1)
        for x in range(len(dark) - 1)
    )
    return sum(run - 2 for run in runs if run >= 5) + 3 * squares


def _runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    at = 0
    for is_dark, run in groupby(row):
        length = len(list(run))
        if is_dark:
            yield at, length
        at += length
