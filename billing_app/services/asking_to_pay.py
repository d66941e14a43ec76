"""Letters that ask for money: the first one, reminders, and another when an admin wants it.

Each carries the document's pay link, which is made or good for longer from then on. A partner's
document has none: partners sign in.
"""

from __future__ import annotations

from billing_app.access.actors import AdminActor, Clerk, SystemActor
from billing_app.access.guard import admin_command, command_step, system_command
from billing_app.access.outbox import write_letter
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.errors import Conflict
from billing_app.kernel.failpoints import reach
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import Invoice
from billing_app.models.party import Customer, Partner
from billing_app.services.announcing import plans_ahead
from billing_app.services.claiming import Document, is_held, on_its_way, refuse_charged
from billing_app.services.closing import lock_request
from billing_app.services.linking import renew_pay_link
from billing_app.services.locking import lock_party_of
from billing_app.services.naming import named
from billing_app.services.repeating import once, remember
from billing_app.services.telling import tell


class NothingToAsk(Conflict):
    """A document that asks for nothing has no letter that asks for it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} No letter was sent.")


@system_command
def ask_to_pay(work: Work[SystemActor], document_id: str) -> str:
    """Write the first letter that asks for a document's money; once, and not if none is asked.

    What is going to be charged by itself was announced, and is not asked for as well.
    Raises BeingPaid while what the customer saved is being charged for it: only then it is known
    whether there is anything to ask.
    """
    document, party = _lock(work, document_id)
    if not _asks(work, document) or plans_ahead(work, document):
        return ""
    refuse_charged(work, document)
    return _tell(work, document, party, "payment_request", "")


@system_command
def remind(work: Work[SystemActor], document_id: str, *, kind: str, detail: str) -> str:
    """Write a reminder, once for each ``detail``, unless the money is here or will come by itself.

    It does when it is on its way, when somebody is just paying, and when it is going to be charged.
    """
    document, party = _lock(work, document_id)
    comes = is_held(work, document) or plans_ahead(work, document)
    if comes or not _asks(work, document):
        return ""
    return _tell(work, document, party, kind, detail)


@admin_command(Permission.SEE_LETTERS)
def ask_again(work: Work[AdminActor], document_id: str, *, command_key: str = "") -> str:
    """Send the request for payment once more, as things stand now; returns the letter's id."""
    first = once(work, command_key, "ask_again", [document_id])
    if first is not None:
        return first
    document, party = _lock(work, document_id)
    refuse_to_ask(work, document)
    letter = write_letter(work, "payment_request", to=party.email, subject=document.shown_id)
    remember(work, command_key, letter)
    return letter


@command_step
def ask_by_letter(work: Work[Clerk], document: Document, party: Customer | Partner) -> None:
    """Write the first letter that asks for a document's money, whatever could be charged."""
    _tell(work, document, party, "payment_request", "")


@command_step
def refuse_to_ask(work: Work[Clerk], document: Document) -> None:
    """Refuse a letter that asks for money where none is asked; else renew the pay link."""
    if document.state == "draft":
        raise NothingToAsk(f"{named(document)} is a draft and asks for nothing yet.")
    if document.state == "void":
        raise NothingToAsk(f"{named(document)} is void.")
    if not document.still_to_pay_minor:
        raise NothingToAsk(f"{named(document)} has nothing still to pay.")
    if document.customer_id is None:
        return
    if renew_pay_link(work, document).withdrawn_at is not None:
        raise NothingToAsk(
            f"The pay link of {named(document)} was withdrawn. Make another one first."
        )


@command_step
def lock_document(work: Work[Clerk], document_id: str) -> Document:
    """A document that a letter asks to pay, locked; its party first."""
    return _lock(work, document_id)[0]


def _asks(work: Work[Clerk], document: Document) -> bool:
    """Whether there is something to pay that is not on its way already."""
    stands = document.state not in ("draft", "void")
    return stands and document.still_to_pay_minor > on_its_way(work, document)


def _tell(
    work: Work[Clerk], document: Document, party: Customer | Partner, kind: str, detail: str
) -> str:
    if document.customer_id is not None:
        renew_pay_link(work, document)
    reach("asking.linked")
    return tell(work, kind, party, document.shown_id, detail=detail)


def _lock(work: Work[Clerk], document_id: str) -> tuple[Document, Customer | Partner]:
    if CreditRequest.is_named_by(document_id):
        customer, request = lock_request(work, document_id)
        return request, customer
    party = lock_party_of(work, document_id)
    return work.find(Invoice, document_id, lock=True), party
