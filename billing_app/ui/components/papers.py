"""Documents as PDF files, which the browser fetches itself."""

from __future__ import annotations

import reflex as rx

from billing_app.ui.components.buttons import link_button
from billing_app.ui.components.text import Text
from billing_app.ui.words import say


def download_pdf(document_id: Text) -> rx.Component:
    """Leads to the current copy of a document, or to a customer's statement of twelve months."""
    address = _address(document_id)
    return link_button(say("Download PDF"), href=address, icon="document", native=True)


def download_as_issued(document_id: Text) -> rx.Component:
    """Leads to the print that was kept when the document was issued."""
    address = _address(document_id) + "?as=issued"
    return link_button("As issued", href=address, kind="quiet", native=True)


def _address(document_id: Text) -> Text:
    return "/documents/" + document_id + ".pdf"
