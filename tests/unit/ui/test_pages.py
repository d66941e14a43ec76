"""What a browser loads for a page."""

from __future__ import annotations

from billing_app.billing_app import app
from billing_app.ui.pages import SCREENS


def test_each_page_is_compiled_into_a_file_of_its_own_module():
    """In one file for all, a payer would load what only admins use: a megabyte of it."""
    compiled_for = {
        f"/{route}".removesuffix("/index"): page._source_module
        for route, page in app._unevaluated_pages.items()
    }

    for screen in SCREENS:
        assert compiled_for[screen.route] == screen.content.__module__, screen.route
