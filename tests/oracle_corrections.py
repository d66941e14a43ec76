"""The rest of what the oracle knows: drafts changed, mistakes undone, money of nobody known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tests.oracle import Oracle, command
from tests.oracle_parts import demand
from tests.oracle_sums import Line


class FullOracle(Oracle):
    """All commands of the books."""

    # Drafts.

    @command
    def change(self, invoice_id: str, version: int, lines: Sequence[Line]) -> None:
        draft = self.invoices[invoice_id]
        demand(draft["state"] == "draft" and draft["version"] == version)
        self.draft(invoice_id, draft["of"], draft["currency"], lines, inclusive=draft["inclusive"])
        self.invoices[invoice_id] |= {"plan": draft["plan"], "version": version + 1}

    @command
    def delete(self, invoice_id: str) -> None:
        demand(self.invoices.pop(invoice_id)["state"] == "draft")

    # Mistakes.

    @command
    def undo_loss(self, loss_id: str, on: date) -> None:
        loss = self.kept["losses"][loss_id]
        invoice = self.invoices[loss["of"]]
        demand(not loss["undone"])
        self._open(on, since=loss["on"])
        loss["undone"] = True
        invoice["written_off"] -= loss["amount"]
        if loss["tax"]:
            invoice["relieved"] -= loss["amount"]
            invoice["relieved_tax"] -= loss["tax"]
        self._post(invoice, loss["account"], loss["tax"] - loss["amount"])
        self._post(invoice, "2200", -loss["tax"])
        self._post(invoice, self._receivable(invoice), loss["amount"])

    @command
    def undo_refund(self, refund_id: str, on: date) -> None:
        refund = self.kept["refunds"][refund_id]
        demand(not refund["undone"] and not refund["noted_on"])
        self._open(on, since=refund["on"])
        refund["undone"] = True
        for kind, key, amount, *to in reversed(refund["moved"]):
            if kind == "lot":
                self._move_lot(self.lots[key], amount)
            elif to[0] in self.requests:
                request = self.requests[to[0]]
                demand(request["state"] != "raised" or self.asks(to[0]) >= amount)
                self._apply("payment", key, to[0], amount, on)
            else:
                demand(self.still(to[0]) >= amount)
                self._apply("payment", key, to[0], amount, on)
                self._post(refund, "1100", -amount)
        self._post(refund, "1000", refund["amount"])
        self._credit_arrived(refund["of"])

    # Money that nobody is known for.

    @command
    def receive_unknown(self, receipt_id: str, amount: int, currency: str, on: date) -> None:
        demand(amount > 0)
        self._open(on)
        receipt = {"amount": amount, "left": amount, "currency": currency, "on": on}
        self.receipts[receipt_id] = receipt
        self._post(receipt, "1000", amount)
        self._post(receipt, "2010", -amount)

    @command
    def identify(
        self, payment_id: str, receipt_id: str, party: str, amount: int | None,
        parts: Sequence[tuple[str, int | None]], on: date, really: bool,
    ) -> None:  # fmt: skip
        receipt = self.receipts[receipt_id]
        share = receipt["left"] if amount is None else amount
        demand(0 < share <= receipt["left"])
        self._open(on, since=receipt["on"])
        receipt["left"] -= share
        payment = {
            "of": party, "amount": share, "currency": receipt["currency"], "on": on,
            "receipt": receipt_id,
        }  # fmt: skip
        self._receive(payment_id, payment, parts, really)
        self._post(receipt, "2010", share)

    @command
    def place(self, payment_id: str, invoice_id: str, amount: int | None, on: date) -> None:
        payment = self.payments[payment_id]
        demand(payment["of"] in self.partners and payment["waits"])
        self._open(on, since=payment["on"])
        share = self._share(payment, invoice_id, amount, payment["waits"], on)
        payment["waits"] -= share
        self._apply("payment", payment_id, invoice_id, share, on)
        self._post(payment, "1110", -share)
        self._post(payment, "2010", share)

    @command
    def send_back(self, receipt_id: str, on: date) -> None:
        receipt = self.receipts[receipt_id]
        demand(receipt["left"] == receipt["amount"])
        self._open(on, since=receipt["on"])
        receipt["left"] = 0
        self._post(receipt, "1000", -receipt["amount"])
        self._post(receipt, "2010", receipt["amount"])
