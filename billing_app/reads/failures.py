"""Why money did not come, as admins read it.

What is kept speaks to whoever paid: it goes on with what came of it and what they can do. An
admin sees the first beside it, and does not pay.
"""

from __future__ import annotations

_TO_THE_PAYER = " Nothing was charged."
"""Where, in what the gateway's refusals say, the words begin that only the payer needs."""


def without_advice(failure: str) -> str:
    """Why it failed, without what it then says to the payer about money and what to do."""
    return failure.partition(_TO_THE_PAYER)[0]
