"""The square code that a phone reads an address from."""

from __future__ import annotations

from io import BytesIO

import segno


def code(text: str) -> str:
    """The code of a text as an SVG picture, with the quiet frame that readers need."""
    drawn = BytesIO()
    made = segno.make_qr(text, error="m")
    made.save(drawn, kind="svg", xmldecl=False, light="#ffffff", omitsize=True)
    return drawn.getvalue().decode()
