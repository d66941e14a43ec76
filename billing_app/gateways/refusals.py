"""How a payment gateway says no, or says nothing."""

from __future__ import annotations


class GatewayRefusal(Exception):
    """The gateway said no, and did nothing. ``sentence`` is fit for whoever pays."""

    def __init__(self, sentence: str, *, code: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


class Declined(GatewayRefusal):
    """The payer's bank said no. ``needs_payer``: it wants to ask them, and they were away.

    ``may_be_retried`` is for what another day may cure, such as too little money.
    """

    def __init__(
        self,
        sentence: str,
        *,
        code: str,
        needs_payer: bool = False,
        may_be_retried: bool = False,
    ) -> None:
        super().__init__(sentence, code=code)
        self.needs_payer = needs_payer
        self.may_be_retried = may_be_retried


class Crowded(GatewayRefusal):
    """The gateway has too much to do, or is still at it under this key; later will do."""


class KeyRefused(Crowded):
    """The gateway does not take our key, or not for this. Nobody is asked to pay another way.

    Nothing was done; once the key is set right, the same is asked again.
    """


class NotKnown(GatewayRefusal):
    """The gateway knows nothing of what it is asked about.

    The key may be one of another account, or somebody emptied theirs.
    """


class Unclear(Exception):
    """No answer, or none that can be read: it may have happened or not."""


class Forged(Exception):
    """News that the gateway did not sign, or signed too long ago."""
