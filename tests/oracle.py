"""What the books have to say, reckoned apart: domain.md §6 in plain dicts and integers.

Nothing of the application is used here. A command changes these dicts as the domain says it
does, or raises ``Refused`` and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import date, timedelta
from functools import wraps
from typing import Any

from tests.oracle_parts import OWN_CURRENCY, Facts, Ledger, Refused, demand
from tests.oracle_sums import Line, priced

__all__ = ["Oracle", "Refused"]

DUE_DAYS = 14


def command(act: Callable[..., None]) -> Callable[..., None]:
    """All or nothing: what a refused command had changed is as before."""

    @wraps(act)
    def whole(self: Ledger, *args: Any, **kwargs: Any) -> None:
        before = deepcopy(self.kept)
        try:
            act(self, *args, **kwargs)
        except Refused:
            self.kept = before
            raise

    return whole


class Oracle(Ledger):
    """The commands: each does what the domain says, or refuses."""

    # Invoices.

    @command
    def draft(
        self, invoice_id: str, party: str, currency: str, lines: Sequence[Line], **more: Any
    ) -> None:
        rules = {"inclusive": self.rules["inclusive"], "by_line": self.rules["by_line"]} | more
        rows = [
            {"gross": gross, "tax": tax, "noted": 0, "noted_tax": 0}
            for gross, tax in priced(lines, **rules)
        ]
        total, tax = (sum(row[name] for row in rows) for name in ("gross", "tax"))
        self.invoices[invoice_id] = {
            "of": party, "currency": currency, "state": "draft", "lines": tuple(lines),
            "rows": rows, "total": total, "tax": tax, "inclusive": rules["inclusive"],
            "plan": [], "version": 1, "on": None, "due": None, "number": 0, "credited": 0,
            "written_off": 0, "handed_back": 0, "noted": 0,
            "noted_tax": 0, "relieved": 0, "relieved_tax": 0,
        }  # fmt: skip

    @command
    def duplicate(self, invoice_id: str, of: str) -> None:
        first = self.invoices[of]
        self.draft(
            invoice_id, first["of"], first["currency"], first["lines"], inclusive=first["inclusive"]
        )

    @command
    def plan(self, invoice_id: str, count: int, first_due: date) -> None:
        invoice = self.invoices[invoice_id]
        demand(invoice["state"] == "draft" and 1 <= count <= invoice["total"])
        whole, odd = divmod(invoice["total"], count)
        invoice["plan"] = [
            (first_due + timedelta(days=30 * place), whole + (place < odd))
            for place in range(count)
        ]
        invoice["version"] += 1

    @command
    def issue(self, invoice_id: str, on: date) -> None:
        invoice = self.invoices[invoice_id]
        demand(invoice["state"] == "draft" and invoice["lines"])
        planned = sum(share for _, share in invoice["plan"])
        demand(not invoice["plan"] or planned == invoice["total"])
        days = [due for due, _ in invoice["plan"]] or [on + timedelta(days=DUE_DAYS)]
        demand(min(days) >= on)
        self._open(on)
        number = 1 + sum(each["number"] > 0 for each in self.invoices.values())
        invoice.update(state="issued", on=on, due=max(days), number=number)
        self._post(invoice, "4000", -(invoice["total"] - invoice["tax"]))
        self._post(invoice, "2200", -invoice["tax"])
        self._post(invoice, self._receivable(invoice), invoice["total"])
        if self.rules["invoices"]:
            self._use_credit(invoice_id)

    @command
    def void(self, invoice_id: str, on: date) -> None:
        invoice = self.invoices[invoice_id]
        demand(invoice["state"] == "issued")
        ever = [each for each in self.kept["applied"] if each["to"] == invoice_id]
        self._open(on, since=max([invoice["on"], *(each["on"] for each in ever)]))
        applied = [each for each in ever if each["left"]]
        demand(all(each["kind"] == "lot" for each in applied))
        for each in applied:
            self._return(each)
        demand(not invoice["noted"] and not invoice["written_off"])
        self._post(invoice, "4000", invoice["total"] - invoice["tax"])
        self._post(invoice, "2200", invoice["tax"])
        self._post(invoice, self._receivable(invoice), -invoice["total"])
        invoice["state"] = "void"
        if applied:
            self._credit_arrived(invoice["of"])

    @command
    def write_off(
        self, loss_id: str, invoice_id: str, amount: int | None, relief: bool, on: date
    ) -> None:
        invoice, still = self.invoices[invoice_id], self.still(invoice_id)
        amount = still if amount is None else amount
        demand(0 < amount <= still)
        self._open(on, since=invoice["on"])
        tax = self._relief(invoice, amount) if relief else 0
        if tax:
            invoice["relieved"] += amount
            invoice["relieved_tax"] += tax
        invoice["written_off"] += amount
        self._lose(loss_id, invoice_id, amount, tax, "5100", on)

    @command
    def let_go(self, loss_id: str, invoice_id: str) -> None:
        invoice, still = self.invoices[invoice_id], self.still(invoice_id)
        demand(0 < still <= self.rules["small"] and invoice["currency"] == OWN_CURRENCY)
        self._open(self.today, since=invoice["on"])
        invoice["written_off"] += still
        self._lose(loss_id, invoice_id, still, 0, "5900", self.today)

    @command
    def note(self, invoice_id: str, note: Facts, on: date, *, lowers: bool = True) -> None:
        """``note``: amount, and of what exceeds: to_credit, outside, refunds of payments."""
        invoice, amount = self.invoices[invoice_id], note["amount"]
        demand(invoice["state"] == "issued" and amount > 0)
        demand(amount <= invoice["total"] - invoice["noted"] - invoice["written_off"])
        tax = self._take_off_lines(invoice, amount)
        lowered = min(amount, self.still(invoice_id)) if lowers else 0
        beyond = amount - lowered
        refunds = note.get("refunds", ())
        placed = note.get("to_credit", 0) + note.get("outside", 0)
        demand(placed + sum(minor for _, _, minor in refunds) == beyond)
        demand(beyond <= self.kept_on(invoice_id))
        self._open(on, since=invoice["on"])
        for _, payment_id, minor in refunds:
            self._check_refund(payment_id, invoice_id, minor, note.get("back_on", self.today))
        invoice["noted"] += amount
        invoice["noted_tax"] += tax
        invoice["credited"] += lowered
        invoice["handed_back"] += beyond
        self.kept["notes"] += 1
        for refund_id, payment_id, minor in refunds:
            self._hand_back(refund_id, payment_id, minor, invoice, on=on, noted_on=invoice_id)
        self._post(invoice, "4000", amount - tax)
        self._post(invoice, "2200", tax)
        self._post(invoice, "1000", -note.get("outside", 0))
        self._post(invoice, self._receivable(invoice), -lowered)
        if note.get("to_credit", 0):
            demand(invoice["of"] in self.customers)
            self._new_lot(invoice["of"], invoice["currency"], note["to_credit"], on)
            self._credit_arrived(invoice["of"])

    # Money in.

    @command
    def pay(
        self, payment_id: str, party: str, amount: int, currency: str,
        parts: Sequence[tuple[str, int | None]], on: date, really: bool,
    ) -> None:  # fmt: skip
        demand(amount > 0)
        self._open(on)
        payment = {
            "of": party, "amount": amount, "currency": currency, "on": on, "receipt": None,
        }  # fmt: skip
        self._receive(payment_id, payment, parts, really)
        self._post(payment, "1000", amount)

    @command
    def reverse(self, payment_id: str, on: date) -> None:
        payment = self.payments[payment_id]
        lots = {key: lot for key, lot in self.lots.items() if lot["payment"] == payment_id}
        uses = [each["on"] for key in lots for each in self._applied("lot", key)]
        uses += [each["on"] for each in self._applied("payment", payment_id)]
        self._open(on, since=max([payment["on"], *uses]))
        demand(not payment["taken_back"] and not self.refunded(payment_id))
        for key, lot in lots.items():
            for each in self._applied("lot", key):
                self._return(each)
            demand(lot["left"] == lot["amount"])
            self._move_lot(lot, -lot["amount"])
        rest = payment["amount"] - sum(lot["amount"] for lot in lots.values())
        for each in self._applied("payment", payment_id):
            if each["to"] in self.invoices:
                self._post(payment, self._receivable(payment), each["left"])
                rest -= each["left"]
            each["left"] = 0
        self._post(payment, "2010", rest)
        payment.update(waits=0, taken_back=True)
        if payment["receipt"] is None:
            self._post(payment, "1000", -payment["amount"])
        else:
            self._post(payment, "2010", -payment["amount"])
            self.receipts[payment["receipt"]]["left"] += payment["amount"]

    # Credit.

    @command
    def pay_from_credit(self, invoice_id: str, amount: int | None) -> None:
        invoice = self.invoices[invoice_id]
        demand(self.rules["invoices"] and invoice["of"] in self.customers)
        there = sum(lot["left"] for lot in self.credit(invoice["of"], invoice["currency"]))
        most = min(self.still(invoice_id), there)
        demand(most and (amount is None or 0 < amount <= most))
        self._use_credit(invoice_id, most if amount is None else amount)

    @command
    def raise_credit(self, customer: str, amount: int, currency: str, on: date) -> None:
        demand(amount > 0)
        self._open(on)
        self._new_lot(customer, currency, amount, on)
        self._post({"currency": currency}, "5150", amount)
        self._credit_arrived(customer)

    @command
    def lower_credit(self, customer: str, amount: int, currency: str) -> None:
        self._take_from_lots(self.credit(customer, currency), amount)
        self._post({"currency": currency}, "5150", -amount)

    @command
    def draft_request(self, request_id: str, customer: str, amount: int, currency: str) -> None:
        demand(amount > 0)
        self.requests[request_id] = {
            "of": customer, "total": amount, "currency": currency, "state": "draft", "on": None,
        }  # fmt: skip

    @command
    def raise_request(self, request_id: str) -> None:
        request = self.requests[request_id]
        demand(request["state"] == "draft")
        request.update(state="raised", on=self.today)
        if self.rules["requests"]:
            self._close_request(request_id, self.asks(request_id))

    @command
    def pay_request_from_credit(self, request_id: str, amount: int | None) -> None:
        demand(self.rules["requests"] and self.asks(request_id))
        free = sum(share for _, share in self.free(self.requests[request_id]))
        most = min(self.asks(request_id), free)
        demand(most and (amount is None or 0 < amount <= most))
        self._close_request(request_id, most if amount is None else amount)

    @command
    def void_request(self, request_id: str) -> None:
        request = self.requests[request_id]
        demand(request["state"] == "raised")
        request["state"] = "void"
        for each in self.kept["applied"]:
            if each["kind"] == "lot" and each["to"] == request_id:
                each["left"] = 0

    # Money back.

    @command
    def refund_still_owed(self, refund_id: str, payment_id: str, amount: int, on: date) -> None:
        payment = self.payments[payment_id]
        demand(payment["of"] in self.customers and not payment["taken_back"])
        demand(0 < amount <= payment["amount"] - self.refunded(payment_id))
        rest, days, moved = amount, [payment["on"]], []
        for key, lot in self.lots.items():
            if lot["payment"] == payment_id and min(rest, lot["left"]):
                share = min(rest, lot["left"])
                self._move_lot(lot, -share)
                moved += self._unapply(payment_id, lot["request"], share)
                moved.append(("lot", key, share))
                rest -= share
        for invoice_id in dict.fromkeys(each["to"] for each in self.on_invoices(payment_id)):
            share = min(rest, self.returnable(payment_id, invoice_id))
            rest -= share
            for each in self.on_invoices(payment_id):
                part = min(share, each["left"]) if each["to"] == invoice_id else 0
                if part:
                    each["left"] -= part
                    days.append(each["on"])
                    moved.append((each["kind"], each["key"], part, invoice_id))
                    self._post(payment, self._receivable(payment), part)
                    share -= part
        demand(not rest)
        self._open(on, since=max(days))
        self._hand_back(refund_id, payment_id, amount, payment, on=on, moved=moved)

    @command
    def refund_no_longer_owed(
        self, refund_id: str, payment_id: str, invoice_id: str, amount: int, on: date
    ) -> None:
        demand(self.invoices[invoice_id]["of"] in self.customers)
        note = {"amount": amount, "refunds": [(refund_id, payment_id, amount)], "back_on": on}
        self.note(invoice_id, note, on, lowers=False)

    @command
    def refund_credit(
        self, refund_id: str, customer: str, amount: int, currency: str, payment_id: str, on: date
    ) -> None:
        lots = [
            lot for lot in self.credit(customer, currency) if payment_id in ("", lot["payment"])
        ]
        if payment_id:
            payment = self.payments[payment_id]
            demand((payment["of"], payment["currency"]) == (customer, currency))
            demand(not payment["taken_back"])
            demand(amount <= payment["amount"] - self.refunded(payment_id))
        before = {lot["key"]: lot["left"] for lot in lots}
        since = self._take_from_lots(lots, amount)
        self._open(on, since=since)
        moved = [("lot", lot["key"], before[lot["key"]] - lot["left"]) for lot in lots]
        about = {"currency": currency, "of": customer}
        self._hand_back(refund_id, payment_id, amount, about, on=on, moved=moved)
