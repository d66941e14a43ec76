"""A letter as plain text and as HTML that asks nothing of the reader's mail program.

No image, no style sheet, nothing fetched from anywhere. Colours are left to the reader's
own light or dark, except on the button, which brings both of its own.
"""

from __future__ import annotations

import html
import textwrap

from billing_app.documents.letters.content import Button, Content, Paragraph

_WIDTH = 72
_FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_PAGE = """\
<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{title}</title>
</head>
<body style="margin:0;padding:24px 16px;{font};font-size:16px;line-height:1.5">
<div style="max-width:34em;margin:0 auto">
{blocks}
</div>
</body>
</html>
"""
_PARAGRAPH = '<p style="margin:0 0 16px;overflow-wrap:anywhere">{text}</p>'
_BUTTON = """\
<p style="margin:24px 0 16px"><a href="{link}" style="display:inline-block;padding:12px 20px;\
border-radius:6px;background-color:#2a4bd0;color:#ffffff;font-weight:600;\
text-decoration:none">{label}</a></p>
<p style="margin:0 0 16px;font-size:14px;overflow-wrap:anywhere"><a href="{link}" \
style="color:inherit">{link}</a></p>"""


def as_text(content: Content) -> str:
    """The letter for a reader of plain text; an address stands on a line of its own."""
    return "\n\n".join(map(_block_as_text, content.blocks)) + "\n"


def as_html(content: Content, locale: str) -> str:
    """The letter for everybody else. Every word of it is text and none is markup."""
    return _PAGE.format(
        lang=html.escape(locale.replace("_", "-")),
        title=html.escape(content.subject),
        font=_FONT,
        blocks="\n".join(map(_block_as_html, content.blocks)),
    )


def _block_as_text(block: Paragraph | Button) -> str:
    if isinstance(block, Button):
        return f"{block.label}:\n{block.link}"
    return textwrap.fill(block.text, _WIDTH, break_long_words=False, break_on_hyphens=False)


def _block_as_html(block: Paragraph | Button) -> str:
    if isinstance(block, Button):
        return _BUTTON.format(link=html.escape(block.link), label=html.escape(block.label))
    return _PARAGRAPH.format(text=html.escape(block.text))
