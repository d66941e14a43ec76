"""Who opened a page behind a pay link."""

from __future__ import annotations

from typing import Any

from billing_app.access.actors import PayerActor
from billing_app.access.installation import run_as
from billing_app.access.pay_links import payer_behind
from billing_app.kernel.errors import NotFound
from billing_app.kernel.tongue import speak
from billing_app.reads.payer import locale_behind


async def payer_at(router: Any) -> PayerActor | None:
    """Whom the address of the page makes of its visitor; None if it opens nothing.

    From here on, their language is spoken.
    """
    room, _, rest = router.url.path.strip("/").partition("/")
    token = rest.partition("/")[0]
    if room != "pay" or not token:
        return None
    try:
        found = await payer_behind(token, router.session.client_ip)
    except NotFound:
        return None
    speak(await run_as(found, locale_behind))
    return found
