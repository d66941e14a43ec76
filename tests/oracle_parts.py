"""The parts that the oracle's commands are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from tests.oracle_figures import Facts, Figures, Refused, demand
from tests.oracle_sums import nearest, shared_out, tax_taken

__all__ = ["Facts", "Ledger", "Refused", "demand"]

DAYS_OF_DOUBT = 7
OWN_CURRENCY = "AUD"


class Ledger(Figures):
    """What commands do to the books, part by part."""

    def close(self, until: date) -> None:
        demand(until < self.today)
        self.closed_until = until

    def _open(self, on: date, since: date | None = None) -> None:
        demand(on <= self.today and (since is None or on >= since))
        demand(self.closed_until is None or on > self.closed_until)

    def _post(self, about: Facts, account: str, debit: int) -> None:
        self.kept["accounts"][account, about["currency"]] += debit

    def _receivable(self, about: Facts) -> str:
        return "1110" if about["of"] in self.partners else "1100"

    def _applied(self, kind: str, key: Any) -> list[Facts]:
        """What a payment or lot pays, the latest first."""
        mine = [each for each in self.kept["applied"] if (each["kind"], each["key"]) == (kind, key)]
        return [each for each in reversed(mine) if each["left"]]

    def _apply(self, kind: str, key: Any, to: str, amount: int, on: date) -> None:
        self.kept["applied"].append({"kind": kind, "key": key, "to": to, "left": amount, "on": on})

    def _unapply(self, payment_id: str, to: str | None, amount: int) -> list[tuple[Any, ...]]:
        moved: list[tuple[Any, ...]] = []
        for each in self._applied("payment", payment_id):
            if each["to"] == to and min(amount, each["left"]):
                share = min(amount, each["left"])
                each["left"] -= share
                amount -= share
                moved.append(("payment", payment_id, share, to))
        return moved

    def _new_lot(
        self, customer: str, currency: str, amount: int, on: date, **pedigree: str
    ) -> None:
        self.kept["lot"] += 1
        self.lots[self.kept["lot"]] = {
            "key": self.kept["lot"], "of": customer, "currency": currency, "amount": amount,
            "left": 0, "on": on, "payment": None, "request": None,
        } | pedigree  # fmt: skip
        self._move_lot(self.lots[self.kept["lot"]], amount)

    def _move_lot(self, lot: Facts, by: int) -> None:
        lot["left"] += by
        self._post(lot, "2000", -by)

    def _take_from_lots(self, lots: Sequence[Facts], amount: int) -> date:
        """Take the oldest first; returns the day by which all of it was there."""
        demand(0 < amount <= sum(lot["left"] for lot in lots))
        days = []
        for lot in lots:
            share = min(lot["left"], amount)
            days += [lot["on"]] if share else []
            self._move_lot(lot, -share)
            amount -= share
        return max(days)

    def _use_credit(self, invoice_id: str, amount: int | None = None) -> None:
        invoice = self.invoices[invoice_id]
        rest = self.still(invoice_id) if amount is None else amount
        for lot in self.credit(invoice["of"], invoice["currency"]):
            share = min(rest, lot["left"])
            if share:
                self._apply("lot", lot["key"], invoice_id, share, self.today)
                self._move_lot(lot, -share)
                self._post(invoice, "1100", -share)
                rest -= share

    def _credit_arrived(self, customer: str) -> None:
        """By due date, then issue date, then number (6.5)."""
        if self.rules["invoices"]:
            mine = [each for each in self.invoices.items() if each[1]["of"] == customer]
            mine = [each for each in mine if each[1]["state"] == "issued"]
            for invoice_id, _ in sorted(
                mine, key=lambda each: (each[1]["due"], each[1]["on"], each[1]["number"])
            ):
                self._use_credit(invoice_id)

    def _return(self, each: Facts) -> None:
        """Credit comes back from a document into its lot."""
        if each["to"] in self.invoices:
            self._move_lot(self.lots[each["key"]], each["left"])
            self._post(self.invoices[each["to"]], "1100", each["left"])
        each["left"] = 0

    def free(self, request: Facts) -> list[tuple[Facts, int]]:
        """What is left of each lot and has not closed another request."""
        found = []
        for lot in self.credit(request["of"], request["currency"]):
            closed = sum(
                each["left"]
                for each in self._applied("lot", lot["key"])
                if each["to"] in self.requests
            )
            found += [(lot, lot["left"] - closed)] if lot["left"] > closed else []
        return found

    def _close_request(self, request_id: str, rest: int) -> None:
        for lot, free in self.free(self.requests[request_id]):
            share = min(rest, free)
            if share:
                self._apply("lot", lot["key"], request_id, share, self.today)
                rest -= share

    def _receive(self, payment_id: str, payment: Facts, parts: Sequence[Any], really: bool) -> None:
        """What a payment pays, and what becomes of its rest."""
        if not really:
            demand(not any(self._alike(payment, each) for each in self.payments.values()))
        party, on, rest, brought = payment["of"], payment["on"], payment["amount"], False
        self.payments[payment_id] = payment | {"taken_back": False, "waits": 0}
        demand(len({document for document, _ in parts}) == len(parts))
        for document, asked in parts:
            share = self._share(payment, document, asked, rest, on)
            rest -= share
            if share:
                brought |= document in self.requests
                self._apply("payment", payment_id, document, share, on)
                self._settle(payment, payment_id, document, share)
        if rest and party in self.customers:
            self._new_lot(party, payment["currency"], rest, on, payment=payment_id)
            brought = True
        elif rest:
            self.payments[payment_id]["waits"] = rest
            self._post(payment, "2010", -rest)
        if brought:
            self._credit_arrived(party)

    def _lose(
        self, loss_id: str, invoice_id: str, amount: int, tax: int, account: str, on: date
    ) -> None:
        invoice = self.invoices[invoice_id]
        self.kept["losses"][loss_id] = {
            "of": invoice_id, "amount": amount, "tax": tax, "account": account, "on": on,
            "undone": False,
        }  # fmt: skip
        self._post(invoice, account, amount - tax)
        self._post(invoice, "2200", tax)
        self._post(invoice, self._receivable(invoice), -amount)

    def _share(self, payment: Facts, document: str, asked: int | None, rest: int, on: date) -> int:
        is_invoice = document in self.invoices
        said = (self.invoices if is_invoice else self.requests)[document]
        still = self.still(document) if is_invoice else self.asks(document)
        demand(said["of"] == payment["of"] and still)
        demand(said["currency"] == payment["currency"] and on >= said["on"])
        if asked is None:
            return min(still, rest)
        demand(0 < asked <= min(still, rest))
        return asked

    def _settle(self, payment: Facts, payment_id: str, document: str, share: int) -> None:
        if document in self.invoices:
            self._post(payment, self._receivable(payment), -share)
        else:
            pedigree = {"payment": payment_id, "request": document}
            self._new_lot(payment["of"], payment["currency"], share, payment["on"], **pedigree)

    def _alike(self, payment: Facts, other: Facts) -> bool:
        said = ("of", "amount", "currency")
        near = abs((payment["on"] - other["on"]).days) <= DAYS_OF_DOUBT
        same = all(payment[word] == other[word] for word in said)
        return near and same and not other["taken_back"]

    def _relief(self, invoice: Facts, amount: int) -> int:
        """The tax in a loss: its share of what credit notes left of the invoice (6.7).

        All in all, no more tax is taken back than the invoice had.
        """
        total = invoice["total"] - invoice["noted"]
        if total <= 0:
            return 0
        tax = invoice["tax"] - invoice["noted_tax"]
        share = nearest(tax * (invoice["relieved"] + amount), total) - invoice["relieved_tax"]
        share = min(share, self._tax_left(invoice), amount)
        return max(share, 0)

    def _tax_left(self, invoice: Facts) -> int:
        return invoice["tax"] - invoice["noted_tax"] - invoice["relieved_tax"]

    def _take_off_lines(self, invoice: Facts, amount: int) -> int:
        """Spread a note over what is left of the lines; returns the tax in it."""
        rows = invoice["rows"]
        rests = [row["gross"] - row["noted"] for row in rows]
        demand(amount <= sum(rests))
        parts = shared_out(amount, rests)
        taxes = [tax_taken(row, part) for row, part in zip(rows, parts, strict=True)]
        if sum(taxes) > self._tax_left(invoice):
            taxes = shared_out(self._tax_left(invoice), taxes)
        for row, part, tax in zip(rows, parts, taxes, strict=True):
            row["noted"] += part
            row["noted_tax"] += tax
        return sum(taxes)

    def _check_refund(self, payment_id: str, invoice_id: str, minor: int, on: date) -> None:
        payment = self.payments[payment_id]
        demand(payment["of"] in self.customers and not payment["taken_back"] and minor > 0)
        demand(payment["currency"] == self.invoices[invoice_id]["currency"])
        demand(on >= payment["on"])
        demand(minor <= payment["amount"] - self.refunded(payment_id))
        demand(minor <= self.returnable(payment_id, invoice_id))

    def _hand_back(
        self,
        refund_id: str,
        payment_id: str,
        amount: int,
        about: Facts,
        *,
        on: date,
        noted_on: str = "",
        moved: Sequence[tuple[Any, ...]] = (),
    ) -> None:
        self.kept["refunds"][refund_id] = {
            "payment": payment_id, "amount": amount, "noted_on": noted_on, "of": about["of"],
            "currency": about["currency"], "on": on, "moved": moved, "undone": False,
        }  # fmt: skip
        self._post(about, "1000", -amount)
