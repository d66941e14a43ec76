"""What a job says when the gateway did not do what it was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from billing_app.collecting.gateway import NoGateway
from billing_app.gateways.refusals import Crowded, GatewayRefusal, KeyRefused, Unclear
from billing_app.jobs.trouble import GiveUp, NotReady, TryLater


@contextmanager
def asking_the_gateway() -> Iterator[None]:
    """Turn its silence into another try, its refusal into the end, its absence into waiting.

    A key that it does not take is like a gateway that is not set up: no try of the job's.
    """
    try:
        yield
    except NoGateway as missing:
        raise NotReady(str(missing)) from None
    except KeyRefused as refused:
        raise NotReady(refused.sentence) from None
    except (Crowded, Unclear) as trouble:
        raise TryLater(str(trouble)) from None
    except GatewayRefusal as refusal:
        raise GiveUp(refusal.sentence) from None
