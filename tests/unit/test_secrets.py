"""A secret is used and never shown: not printed, not copied, not pickled."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
import traceback

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing_app import config
from billing_app.config import Secret

CANARIES = {
    "DATABASE_URL": "postgresql://ada:canary-database@db/quittance",
    "SMTP_URL": "smtps://ada:canary-smtp@mail.harbour.example",
    "MAIL_FROM": "billing@harbour.example",
    "LINK_KEY": "canary-link-key-of-thirty-two-or-more",
    "STRIPE_SECRET_KEY": "sk_test_canary-stripe",
    "STRIPE_WEBHOOK_SECRET": "whsec_canary-webhook",
}


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        "{}".format,
        lambda settings: f"{settings!r:>9999}",
        lambda settings: json.dumps(vars(settings), default=str),
        lambda settings: str([getattr(settings, name) for name in vars(settings)]),
        lambda settings: "".join(f"{getattr(settings, name)}" for name in vars(settings)),
    ],
)
def test_no_way_of_printing_settings_shows_a_secret(show):
    assert "canary" not in show(config.load(CANARIES))


@dataclasses.dataclass
class Holder:
    """Anything that keeps a secret in a field."""

    secret: Secret


@pytest.mark.parametrize(
    "take",
    [pickle.dumps, dataclasses.asdict, dataclasses.astuple, copy.deepcopy],
    ids=lambda take: take.__name__,
)
@pytest.mark.parametrize("name", ["database_url", "smtp_url", "link_key", "stripe_secret_key"])
def test_a_secret_cannot_be_carried_off_in_a_copy(take, name: str):
    holder = Holder(getattr(config.load(CANARIES), name))

    with pytest.raises(TypeError, match="never pickled") as refused:
        take(holder)

    assert "canary" not in "".join(traceback.format_exception(refused.value))


def test_settings_cannot_be_pickled_whole():
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(config.load(CANARIES))


@settings(deadline=None)
@given(st.text(min_size=4))
def test_a_secret_says_only_whether_it_is_set(value: str):
    secret = Secret(value)

    assert (repr(secret), str(secret), f"{secret}") == ("Secret(set)",) * 3
    assert bool(secret)
    assert secret.reveal() == value


def test_an_empty_secret_counts_as_not_set():
    assert not Secret("")
    assert str(Secret("")) == "Secret(empty)"
