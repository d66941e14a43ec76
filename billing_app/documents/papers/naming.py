"""What the file of a paper is called."""

from __future__ import annotations

import re

from billing_app.reads.paper import Kind

_UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")
_LONGEST = 60


def file_name(kind: Kind, *said: str) -> str:
    """A name that is plain everywhere: letters, digits, dots and hyphens, no path, no header.

    It has no name of a person in it, because files lie about.
    """
    words = [kind.value.replace("_", "-"), *said]
    plain = "-".join(_UNSAFE.sub("-", word) for word in words if word)
    return f"{plain.strip('-.')[:_LONGEST]}.pdf"
