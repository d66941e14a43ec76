"""Everything that can be refused, as one tree.

    BillingError                a refusal fit to be read by a person
    ├── NotSignedIn             nobody is there, or their session has ended
    ├── NotFound                it does not exist, or is not theirs to know of
    ├── NotAllowed              a colleague may, they may not
    ├── StepUpNeeded            they may, once they have given their password again
    ├── Invalid                 what was typed cannot be used; nothing was changed
    ├── Conflict                somebody else was first; nothing was changed
    └── Busy                    too much at once, or a part is away; try again

    ConfigurationError          the installation cannot start; said once, on the terminal

A stranger's id raises NotFound, never NotAllowed: a refusal must not confirm that
something exists.
"""

from billing_app.kernel.tongue import marked, tell


class BillingError(Exception):
    """A refusal, with the sentence that the person will read."""

    sentence = marked("That did not work. Nothing was changed.")

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or tell(self.sentence))

    def __str__(self) -> str:
        return str(self.args[0])


class NotSignedIn(BillingError):
    """Nobody is there, or their session has ended."""

    sentence = marked("Your session has ended. Please sign in again.")


class NotFound(BillingError):
    """It does not exist, or is not theirs to know of: both look the same."""

    sentence = marked("We cannot find that.")


class NotAllowed(BillingError):
    """A colleague may do this, the person asking may not."""

    sentence = marked("Your role does not allow this. Nothing was changed.")


class StepUpNeeded(BillingError):
    """They may, once they have given their password again."""

    sentence = marked("Please give your password again before this. Nothing was changed.")


class Invalid(BillingError):
    """What was typed cannot be used. ``field`` says where, so that the form can point."""

    sentence = marked("Please check what you entered. Nothing was changed.")

    def __init__(self, sentence: str = "", *, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


class Conflict(BillingError):
    """Somebody else was first, or the same thing was said differently before."""

    sentence = marked("This changed in the meantime. Nothing was changed by you; look again.")


class Busy(BillingError):
    """Too much at once, or a part we need is away."""

    sentence = marked("We are busy right now. Nothing was changed; please try again in a moment.")


class ConfigurationError(Exception):
    """The installation cannot start. The message is the sentence for its operator."""
