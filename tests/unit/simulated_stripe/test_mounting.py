"""It is there in a demo and nowhere else, remembers everything, and shares its file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from billing_app import config
from billing_app.kernel.errors import ConfigurationError
from billing_app.simulated_stripe.app import SimulatedStripe
from tests.stripes import WEBHOOKS, open_stripes

KEY = "a-key-of-thirty-two-characters-or-more"
LIVE = "sk_live_51Harbour"


def settings(home: Path, **environ: str) -> config.Settings:
    return config.load({"LINK_KEY": KEY, "QUITTANCE_HOME": str(home)} | environ)


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"STRIPE_SECRET_KEY": LIVE},
        {"STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_API_BASE": "http://127.0.0.1:8000/_stripe"},
        {"DEMO": "1", "STRIPE_SECRET_KEY": "none"},
        {"DEMO": "1", "STRIPE_SECRET_KEY": "sk_test_1"},
        {"DEMO": "1", "STRIPE_SECRET_KEY": "sk_test_1", "STRIPE_API_BASE": "http://127.0.0.1:9"},
    ],
)
def test_it_cannot_be_mounted_outside_of_a_demo_that_speaks_to_it(
    tmp_path: Path, environ: dict[str, str]
):
    with pytest.raises(ConfigurationError, match="in a demo only, and never beside a live key"):
        SimulatedStripe(settings(tmp_path, **environ), webhook_path=WEBHOOKS)

    assert list(tmp_path.iterdir()) == []


def test_a_live_key_and_a_simulated_base_refuse_each_other(tmp_path: Path):
    for environ in (
        {"STRIPE_API_BASE": "http://127.0.0.1:8000/_stripe"},
        {"DEMO": "1", "STRIPE_API_BASE": "http://127.0.0.1:8000/_stripe"},
    ):
        with pytest.raises(ConfigurationError, match="live"):
            settings(tmp_path, STRIPE_SECRET_KEY=LIVE, **environ)


def test_it_remembers_after_a_restart(tmp_path: Path):
    with open_stripes(tmp_path) as first:
        intent = first.charged().id
        first.set_mood("failing", times="forever")
    with open_stripes(tmp_path) as second:
        assert second.v1.payment_intents.retrieve(intent).status == "succeeded"
        assert "failing" in second.look(f"{second.base}/").partition("Stands")[2]
        [endpoint] = second.v1.webhook_endpoints.list().data
        assert endpoint.url == second.settings.public_url + WEBHOOKS


def charging(home: Path) -> int:
    """A process of its own that answers from this folder and charges twenty times; its id."""
    child = os.fork()
    if child == 0:
        try:
            with open_stripes(home) as stripes:
                for _ in range(20):
                    stripes.charged()
            os._exit(0)
        finally:
            os._exit(1)
    return child


def test_several_processes_answer_from_one_file(tmp_path: Path):
    processes = [charging(tmp_path) for _ in range(2)]
    assert [os.waitpid(process, 0) for process in processes] == [
        (process, 0) for process in processes
    ]

    with open_stripes(tmp_path) as stripes:
        charges = stripes.v1.charges.list({"limit": 100}).data
        assert len(charges) == 40
        assert len({charge.payment_intent for charge in charges}) == 40
