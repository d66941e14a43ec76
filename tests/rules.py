"""The numbered rules of customers' money, and the mark of the tests that prove them."""

from __future__ import annotations

import pytest

RULES = {
    44: "'Client Login' is switched on and off; off, links still pay and no customer signs in",
    45: "A customer who signs in lands on a dashboard of their own",
    46: "'Unpaid Invoices & Credit Requests' holds both kinds, unsettled only, nobody else's",
    47: "A green 'Pay Now' stands on each row of it",
    48: "A document can be read before it is paid",
    49: "A document is paid without signing in, by its secure payment link",
    50: "The link is in every payment request: the first, those sent again, each reminder",
    51: "The link opens the payment page of that document",
    52: "A link is bound to one document, not to be guessed, can be withdrawn, and signs nobody in",
    53: "On both paths the ways of paying are offered first",
    54: "Card, Bank Transfer and Direct Debit work, each of them",
    55: "A Credit Request is paid exactly as an invoice is",
    56: "Admins take a payment Online or Offline",
    57: "What an admin is offered differs from what a payer is offered",
    58: "Nobody who came by a link is asked to sign in; their receipt comes by letter",
    59: "There is a setting 'Automatically mark Invoices paid'",
    60: "It is found in 'General Accounting Settings'",
    61: "An invoice has the button 'Pay From Credit'",
    62: "'Pay From Credit' is there only while that setting is on, and says so",
    63: "Credit pays an invoice in full or in part, as the admin says",
    64: "Only credit that is there is used, and in its own currency",
    65: "Too little credit is taken as a part payment when an invoice is issued",
    66: "'Still to pay' is the same on screen, on paper, in letters and behind the link",
    67: "Credit beyond the invoice stays with the customer",
    68: "It is part of their Invoice balance",
    69: "Credit Requests are charged by themselves where setting and customer wish it",
    70: "What is paid on a Credit Request becomes credit, in part too",
    71: "Credit is used before the request for payment is written, which names the rest",
    72: "An invoice that credit covers asks for nothing",
    73: "Customers pay online by themselves",
    74: "Admins make and record payments in full or in part",
    75: "An admin charges what a customer saved",
    76: "An admin records what was paid elsewhere",
    77: "Who did what, when and why is on record, and stays",
    78: "A part of what is owed is recorded",
    79: "Cash, cheque, bank transfer and other money is recorded as what it was",
    80: "A failed payment is tried again by hand, as a new attempt that names the old one",
    81: "An invoice is opened from Billing > Invoices",
    82: "Its section 'Payments' has a button 'Create'",
    83: "The form asks for an amount and a way of paying",
    84: "What is saved is charged at once",
    85: "'External' records money that came already and calls no gateway",
    86: "The button is 'Charge', whichever was chosen",
    87: "Without anything saved nothing can be charged, and the reason is said",
    88: "The invoice is up to date as soon as a payment is",
    89: "Payments are listed on it, failed and refunded ones too",
    90: "A draft has 'Issue and charge'",
    91: "A declined charge leaves the invoice issued and unpaid, never anything between",
    92: "The rest is paid online, at the width of a phone too",
    93: "The menu of a payment leads to 'Refund'",
    94: "A refund is of any part of a payment and never above what is left of it",
    95: "What came by card goes back to that card",
    96: "What came from elsewhere is handed back by hand, and only recorded",
    97: "A credit note lowers what an invoice asks for",
    98: "A part of a balance is written off",
    99: "A customer's balance is adjusted, for a reason",
    100: "What is paid too much is kept as credit for later invoices",
    101: "An excess is kept as credit where it came in, and refused where it would be charged",
    102: "A draft cannot be paid",
    111: "The words of statuses and labels are the ones agreed upon",
    112: "Everything works without Client Login and without a gateway",
}


def rule(*numbers: int) -> pytest.MarkDecorator:
    """This test would be red if that rule were broken."""
    unknown = [number for number in numbers if number not in RULES]
    assert not unknown, f"there is no rule {unknown[0]}"
    return pytest.mark.rule(*numbers)
