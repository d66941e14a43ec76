"""A letter as plain text and as HTML that asks nothing of the reader's mail program.

No image, no style sheet, nothing fetched from anywhere. Colours are left to the reader's
own light or dark, except on the button, which brings both of its own.
"""

from __future__ import annotations

import html
import textwrap

from billing_app.documents.letters.content import Block, Button, Content, Figures

_WIDTH = 72
_LONGEST_FIGURE = 30
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
_FIGURES = """\
<table style="width:100%;margin:0 0 16px;border-collapse:collapse">
{rows}
</table>"""
_ROW = """\
<tr><th scope="row" style="padding:4px 16px 4px 0;text-align:start;font-weight:400;\
vertical-align:top;overflow-wrap:anywhere">{name}</th>\
<td style="padding:4px 0;text-align:end;font-weight:600;vertical-align:bottom;\
font-variant-numeric:tabular-nums;overflow-wrap:{wrap}">{value}</td></tr>"""
_BUTTON = """\
<p style="margin:24px 0 16px"><a href="{link}" style="display:inline-block;padding:12px 20px;\
border-radius:6px;background-color:#2a4bd0;color:#ffffff;font-weight:600;\
text-decoration:none">{label}</a></p>
<p style="margin:0 0 16px;font-size:14px;overflow-wrap:anywhere"><a href="{link}" \
style="display:inline-block;color:inherit">{link}</a></p>"""


def as_text(content: Content) -> str:
    """The letter for a reader of plain text; an address stands on a line of its own."""
    return "\n\n".join(_block_as_text(each, content.labelled) for each in content.blocks) + "\n"


def as_html(content: Content, locale: str) -> str:
    """The letter for everybody else. Every word of it is text and none is markup."""
    return _PAGE.format(
        lang=html.escape(locale.replace("_", "-")),
        title=html.escape(content.subject),
        font=_FONT,
        blocks="\n".join(map(_block_as_html, content.blocks)),
    )


def _block_as_text(block: Block, labelled: str) -> str:
    if isinstance(block, Button):
        return f"{labelled % {'label': block.label}}\n{block.link}"
    if isinstance(block, Figures):
        labels = ((labelled % {"label": name}, value) for name, value in block.rows)
        return "\n".join(_filled(f"{label} {value}", indent="  ") for label, value in labels)
    return _filled(block.text)


def _filled(text: str, indent: str = "") -> str:
    """Lines that every mail program shows whole; those after the first may be set in."""
    return textwrap.fill(
        text,
        _WIDTH,
        break_long_words=False,
        break_on_hyphens=False,
        subsequent_indent=indent,
    )


def _row(name: str, value: str) -> str:
    # An amount stays in one piece, however narrow the screen; a long reference may not.
    wrap = "anywhere" if len(value) > _LONGEST_FIGURE else "normal"
    return _ROW.format(name=html.escape(name), value=html.escape(value), wrap=wrap)


def _block_as_html(block: Block) -> str:
    if isinstance(block, Button):
        return _BUTTON.format(link=html.escape(block.link), label=html.escape(block.label))
    if isinstance(block, Figures):
        return _FIGURES.format(rows="\n".join(_row(*row) for row in block.rows))
    return _PARAGRAPH.format(text=html.escape(block.text))
