"""Who opened a page behind a pay link."""

from __future__ import annotations

from typing import Any

from billing_app.access.actors import PayerActor
from billing_app.access.pay_links import payer_behind
from billing_app.kernel.errors import NotFound


async def payer_at(router: Any) -> PayerActor | None:
    """Whom the address of the page makes of its visitor; None if it opens nothing."""
    room, _, rest = router.url.path.strip("/").partition("/")
    token = rest.partition("/")[0]
    if room != "pay" or not token:
        return None
    try:
        return await payer_behind(token, router.session.client_ip)
    except NotFound:
        return None
