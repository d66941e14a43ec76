"""Several prints in one file."""

from __future__ import annotations

import io
from zipfile import ZipFile

from billing_app.api.bundles import zipped
from billing_app.reads.paper import Kind
from billing_app.reads.papers import KeptPrint
from billing_app.reads.prints import Bundle


def test_no_print_takes_the_place_of_another_whose_number_makes_the_same_name():
    numbers = {"A/00001": b"one", "A-00001": b"two"}
    prints = [KeptPrint(Kind.INVOICE, each, content, "") for each, content in numbers.items()]

    with ZipFile(io.BytesIO(zipped(Bundle(prints, [])))) as bundle:
        inside = {name: bundle.read(name) for name in bundle.namelist()}

    assert inside == {
        "invoice-A-00001-as-issued.pdf": b"one",
        "invoice-A-00001-as-issued-2.pdf": b"two",
    }
