"""Events are said in fixed phrases."""

from __future__ import annotations

import pytest

from billing_app.ledger.events import Event
from billing_app.reads.vocabulary import said


@pytest.mark.parametrize("event", Event)
def test_every_event_of_the_ledger_has_words_with_and_without_documents(event: Event):
    for words in (said(event), said(event, ["INV-00001", "INV-00002"])):
        assert words
        assert "{" not in words
        assert words[0].isupper()


def test_a_payment_names_what_it_paid_and_how_it_came():
    assert said("payment_received", ["INV-00001", "INV-00002"], "Cash") == (
        "Payment for Invoices INV-00001, INV-00002 (Cash)"
    )


def test_an_event_without_words_is_refused():
    with pytest.raises(ValueError, match="dream"):
        said("dream")
