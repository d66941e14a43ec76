"""The adapter, connected over the wire to a simulated Stripe of each test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from billing_app.gateways.stripe.adapter import StripeGateway, connect_stripe
from tests.stripes import Stripes, open_stripes


@pytest.fixture
def stripes(tmp_path: Path) -> Iterator[Stripes]:
    with open_stripes(tmp_path) as opened:
        yield opened


@pytest.fixture
def gateway(stripes: Stripes) -> StripeGateway:
    connected = connect_stripe(stripes.settings)
    assert connected is not None
    return connected
