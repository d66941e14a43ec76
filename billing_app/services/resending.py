"""Letters to where their reader gets them by now: sent once more, or still on their way out."""

from __future__ import annotations

from sqlmodel import col, select

from billing_app.access.actors import AdminActor, Clerk
from billing_app.access.capabilities import Purpose, can_be_sent_again
from billing_app.access.guard import admin_command, command_step
from billing_app.access.outbox import SEND_LETTER, write_again
from billing_app.access.permissions import Permission
from billing_app.access.work import Work
from billing_app.kernel.errors import Conflict
from billing_app.models.base import OrgOwned
from billing_app.models.credit import CreditRequest
from billing_app.models.invoice import CreditNote, Invoice
from billing_app.models.outbox import ASKING, Job, Letter
from billing_app.models.party import Customer, Partner
from billing_app.models.payment import Payment, Refund
from billing_app.services.asking_to_pay import lock_document, refuse_to_ask

_ON_ITS_WAY = "This letter has not left yet, so it is not sent twice."
_LINK_GONE = (
    "The link in this letter was used, replaced or has run out. Nothing was sent; make a new one"
    " instead."
)
_ABOUT: tuple[type[OrgOwned], ...] = (Invoice, CreditRequest, CreditNote, Payment, Refund, Customer)
_TO_BOTH_ADDRESSES = "address_changed"


@admin_command(Permission.SEE_LETTERS)
def resend_letter(work: Work[AdminActor], letter_id: str) -> str:
    """Send a letter again that was sent, refused or given up; returns the id of the new one.

    It is a letter of its own: under the Message-ID of the first, a mail program that has
    that one would drop it unseen. Asking twice while the new one waits sends one. What was
    written to a customer or partner goes to the address that they have by now.
    """
    letter = work.find(Letter, letter_id, lock=True)
    if _waits(work, letter):
        raise Conflict(_ON_ITS_WAY)
    if letter.kind in set(Purpose) and not _opens_something(work, letter):
        raise Conflict(_LINK_GONE)
    if letter.kind in ASKING:
        refuse_to_ask(work, lock_document(work, letter.subject))
    to = _address(work, letter)
    waiting = _waiting_copy(work, letter, to)
    return waiting.shown_id if waiting else write_again(work, letter, to=to)


@command_step
def follow_to_new_address(work: Work[Clerk], customer: Customer, before: str) -> None:
    """Let what was written to a customer and has not left go to where they get letters by now."""
    unsent = select(Letter).where(Letter.recipient == before, col(Letter.sent_at).is_(None))
    for letter in work.exec(unsent.with_for_update()).all():
        kind = _kind_of(letter)
        if kind is None or not _waits(work, letter):
            continue
        if _party(work, work.find(kind, letter.subject)).id == customer.id:
            letter.recipient = customer.email


def _kind_of(letter: Letter) -> type[OrgOwned] | None:
    """What a letter is about. News of another address belongs to the one it was written to."""
    if letter.kind == _TO_BOTH_ADDRESSES:
        return None
    return next((kind for kind in _ABOUT if kind.is_named_by(letter.subject)), None)


def _address(work: Work[Clerk], letter: Letter) -> str:
    """Where the letter goes now."""
    kind = _kind_of(letter)
    if kind is None:
        return letter.recipient
    return _party(work, work.find(kind, letter.subject)).email


def _party(work: Work[Clerk], about: OrgOwned) -> Customer | Partner:
    if isinstance(about, Customer):
        return about
    if isinstance(about, CreditNote):
        about = work.get(Invoice, about.invoice_id)
    if isinstance(about, Invoice | Payment) and about.partner_id is not None:
        return work.get(Partner, about.partner_id)
    assert isinstance(about, Invoice | CreditRequest | Payment | Refund), "the kinds of _ABOUT"
    assert about.customer_id is not None, "it has one party"
    return work.get(Customer, about.customer_id)


def _opens_something(work: Work[Clerk], letter: Letter) -> bool:
    """Whether its link is still good; one that is gone for a month is not even known."""
    return letter.capability_id is not None and can_be_sent_again(work, letter.capability_id)


def _waits(work: Work[Clerk], letter: Letter) -> bool:
    """Whether somebody will still try to send it."""
    if letter.sent_at is not None or letter.bounced_at is not None:
        return False
    owed = select(Job.id).where(
        Job.kind == SEND_LETTER,
        Job.subject == letter.shown_id,
        col(Job.done_at).is_(None),
        col(Job.dead_at).is_(None),
    )
    return work.exec(owed).first() is not None


def _waiting_copy(work: Work[Clerk], letter: Letter, to: str) -> Letter | None:
    newer = select(Letter).where(
        col(Letter.id) > letter.id,
        Letter.kind == letter.kind,
        Letter.recipient == to,
        Letter.subject == letter.subject,
        Letter.detail == letter.detail,
        col(Letter.membership_id) == letter.membership_id,
        col(Letter.capability_id) == letter.capability_id,
    )
    return next((copy for copy in work.exec(newer) if _waits(work, copy)), None)
