"""Everything that can be done to books, in any order, against the oracle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from billing_app.access.database import Database
from billing_app.access.guard import admin_read
from billing_app.access.work import Work
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import BillingError
from billing_app.kernel.lines import DraftLine
from billing_app.kernel.money import Money
from billing_app.ledger import proof
from billing_app.services import (
    drafting,
    invoicing,
    organizing,
    planning,
    voiding,
    writing_off,
)
from tests.checking import Rows, check_books
from tests.ground import TAXES, ZONE, Ground, drawn
from tests.oracle import Refused
from tests.oracle_corrections import FullOracle

CHECK_EVERY = 16

currencies = st.sampled_from(("AUD", "AUD", "AUD", "JPY"))
lines = st.lists(
    st.tuples(
        st.sampled_from((1_000, 1_000, 2_500, 333)),
        st.sampled_from((0, 1, 3_33, 33_33, 100_00, 100_00, 129_99, 400_00)),
        st.sampled_from((0, 0, 1_000, 3_333)),
        st.sampled_from(TAXES),
    ),
    min_size=1,
    max_size=3,
)
picks = st.integers(0, 63)
"""Which of several: the low bits choose among what fits, one in eight among all."""

sizes = st.sampled_from(("all", "all", "all", "half", "half", "half", "one", "more"))
days_ago = st.sampled_from((0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, -1))


class BooksMachine(RuleBasedStateMachine):
    """Each rule gives one command to the application and the oracle; they have to agree."""

    database: Database
    fired: Counter[tuple[str, bool]]
    swarming = False
    """Whether each example leaves out rules of its own, as Hypothesis usually has it."""

    def __init__(self) -> None:
        super().__init__()
        # Thirty steps with half of the rules left out seldom get as far as a refund.
        if not self.swarming:
            chooser = self._rules_strategy
            chooser._enabled_rules_strategy = chooser.rules_strategy.filter(chooser.is_valid)
        self.ground = Ground(self.database)
        self.moved = timedelta(0)
        self.steps = 0
        self.earlier: Rows = {}
        ground = self.ground
        self.oracle = FullOracle(ground.customers, ground.partners, self.today())
        self.parties = (*ground.customers[:1] * 4, *ground.customers[1:], *ground.partners)

    def today(self) -> date:
        return clock.now().astimezone(ZoneInfo(ZONE)).date()

    def both(
        self, name: str, expected: Callable[[], None], command: Callable[[Work[Any]], Any]
    ) -> None:
        """Do it on both sides; either both do it or both refuse."""
        self.oracle.today = self.today()
        try:
            expected()
            allowed = True
        except Refused:
            allowed = False
        try:
            self.ground.does(command)
            refusal = ""
        except BillingError as error:
            refusal = str(error)
        assert allowed == (not refusal), f"{name}: the oracle says {allowed}; refused: {refusal!r}"
        self.fired[name, allowed] += 1

    def on(self, days: int) -> date:
        return self.today() - timedelta(days=days)

    def money(self, minor: int, currency: str) -> Money:
        return Money(minor, currency)

    # Settings and time.

    @initialize(invoices=st.booleans(), first=lines, second=lines)
    def open_up(self, invoices: bool, first: Any, second: Any) -> None:
        self.settings(invoices, False, False, False, 50_00)
        for place, said in enumerate((first, second)):
            self.draft(place, "AUD", said)
            self.issue(0, 0)

    @precondition(lambda self: self.steps % 6 == 1)
    @rule(
        invoices=st.booleans(),
        requests=st.booleans(),
        by_line=st.booleans(),
        inclusive=st.booleans(),
        small=st.sampled_from((0, 50_00, 200_00)),
    )
    def settings(
        self, invoices: bool, requests: bool, by_line: bool, inclusive: bool, small: int
    ) -> None:
        told = {"invoices": invoices, "requests": requests}
        told |= {"by_line": by_line, "inclusive": inclusive, "small": small}
        self.both(
            "settings",
            lambda: self.oracle.rules.update(told),
            lambda work: organizing.set_accounting_settings(
                work,
                apply_credit_to_invoices=invoices,
                apply_credit_to_requests=requests,
                tax_rounding="line" if by_line else "document",
                prices_include_tax=inclusive,
                small_balance_minor=small,
            ),
        )

    @precondition(lambda self: self.steps % 6 == 2)
    @rule(days=st.sampled_from((1, 2, 9, 20)))
    def clock_moves(self, days: int) -> None:
        step = timedelta(days=days)
        clock.move(step)
        self.moved += step
        self.fired["clock moves", True] += 1

    @precondition(lambda self: self.steps % 6 == 3)
    @rule(days=st.sampled_from((0, 2, 5, 40, 40, 40)))
    def close_books(self, days: int) -> None:
        until = self.on(days)
        self.both(
            "close books",
            lambda: self.oracle.close(until),
            lambda work: organizing.close_books(work, until=until),
        )

    # Invoices.

    @precondition(lambda self: not self.drafts() and len(self.unpaid()) < 4)
    @rule(who=picks, currency=currencies, said=lines)
    def draft(self, who: int, currency: str, said: Any) -> None:
        invoice_id, party = drawn("inv"), self.one_of(self.parties, who)
        rows = self.rows(said, currency)
        self.both(
            "draft",
            lambda: self.oracle.draft(invoice_id, party, currency, said),
            lambda work: drafting.draft_invoice(
                work, invoice_id, party_id=party, currency=currency, lines=rows
            ),
        )

    def rows(self, said: Any, currency: str) -> list[DraftLine]:
        return [
            DraftLine(
                description="Work",
                unit_price=Money(price, currency),
                quantity_milli=pieces,
                discount_bp=discount,
                tax_rate_id=self.ground.taxes.get(rate, ""),
            )
            for pieces, price, discount, rate in said
        ]

    @precondition(lambda self: self.steps % 4 == 0 and not self.drafts())
    @rule(which=picks)
    def duplicate(self, which: int) -> None:
        invoice_id, of = drawn("inv"), self.one_of([*self.oracle.invoices], which)
        self.both(
            "duplicate",
            lambda: self.oracle.duplicate(invoice_id, of),
            lambda work: drafting.duplicate_invoice(work, invoice_id, of),
        )

    @precondition(lambda self: self.steps % 3 == 1 and self.drafts())
    @rule(which=picks, count=st.sampled_from((1, 2, 3, 7)), first=st.sampled_from((0, 5, -20)))
    def plan(self, which: int, count: int, first: int) -> None:
        invoice_id = self.pick(self.drafts(), self.oracle.invoices, which)
        due = self.on(-first)
        self.both(
            "plan",
            lambda: self.oracle.plan(invoice_id, count, due),
            lambda work: planning.plan_in_equal_parts(
                work, invoice_id, count=count, first_due_on=due, days_apart=30
            ),
        )

    @precondition(lambda self: self.drafts())
    @rule(which=picks, ago=days_ago)
    def issue(self, which: int, ago: int) -> None:
        invoice_id, on = self.pick(self.drafts(), self.oracle.invoices, which), self.on(ago)
        self.both(
            "issue",
            lambda: self.oracle.issue(invoice_id, on),
            lambda work: invoicing.issue_invoice(work, invoice_id, on=on),
        )

    @precondition(lambda self: self.steps % 3 == 0 and self.voidable())
    @rule(which=picks)
    def void(self, which: int) -> None:
        unpaid = self.voidable()
        invoice_id, on = self.pick(unpaid, self.oracle.invoices, which), self.today()
        self.both(
            "void",
            lambda: self.oracle.void(invoice_id, on),
            lambda work: voiding.void_invoice(work, invoice_id, reason="Twice", on=on),
        )

    @precondition(lambda self: self.steps % 3 == 1 and self.unpaid())
    @rule(which=picks, size=sizes, relief=st.booleans())
    def write_off(self, which: int, size: str, relief: bool) -> None:
        invoice_id = self.pick(self.unpaid(), self.oracle.invoices, which)
        amount, on = self.sized(size, self.oracle.still(invoice_id)), self.today()
        loss_id = drawn("wof")
        money = self.money(amount, self.oracle.invoices[invoice_id]["currency"])
        self.both(
            "write off",
            lambda: self.oracle.write_off(loss_id, invoice_id, amount, relief, on),
            lambda work: writing_off.write_off_bad_debt(
                work,
                loss_id,
                invoice_id=invoice_id,
                reason="Gone",
                amount=money,
                tax_relief=relief,
            ),
        )

    @precondition(lambda self: self.small())
    @rule(which=picks)
    def let_go(self, which: int) -> None:
        invoice_id, loss_id = self.pick(self.small(), self.unpaid(), which), drawn("wof")
        self.both(
            "small balance",
            lambda: self.oracle.let_go(loss_id, invoice_id),
            lambda work: writing_off.write_off_small_balance(work, loss_id, invoice_id=invoice_id),
        )

    # What there is to choose from, and what is found in the end.

    def one_of(self, several: Sequence[str], which: int) -> str:
        return several[which % len(several)]

    def pick(self, fitting: Sequence[str], every: Iterable[str], which: int) -> str:
        """Mostly something that fits, so that most commands do something."""
        pool = fitting if fitting and which % 8 != 7 else [*every]
        return pool[which // 8 % len(pool)]

    def sized(self, size: str, whole: int) -> int:
        sizes = {"all": whole, "half": max(1, whole // 2), "one": 1, "more": whole + 7}
        return sizes.get(size, 0)

    def drafts(self) -> list[str]:
        return self._having(lambda invoice: invoice["state"] == "draft")

    def unpaid(self) -> list[str]:
        return [each for each in self.oracle.invoices if self.oracle.still(each)]

    def small(self) -> list[str]:
        return [each for each in self.unpaid() if self.oracle.still(each) <= 200_00]

    def voidable(self) -> list[str]:
        applied = [each for each in self.oracle.kept["applied"] if each["left"]]
        paid = {each["to"] for each in applied if each["kind"] == "payment"}
        issued = self._having(lambda invoice: invoice["state"] == "issued")
        return [each for each in issued if each not in paid]

    def _having(self, holds: Callable[[dict[str, Any]], bool]) -> list[str]:
        return [each for each, invoice in self.oracle.invoices.items() if holds(invoice)]

    @invariant()
    def the_books_agree(self) -> None:
        self.steps += 1
        if self.steps % CHECK_EVERY == 0:
            self.compare()

    def compare(self) -> None:
        """The invariants hold, and every figure is the oracle's."""
        oracle = self.oracle
        found = self.ground.does(admin_read()(lambda work: check_books(work, self.earlier)))
        self.earlier = found.lasting
        for invoice_id, invoice in oracle.invoices.items():
            expected = {name: invoice[name] for name in ("state", "tax", "total")} | {
                "still": oracle.still(invoice_id),
                "paid": oracle.paid(invoice_id),
                "credited": invoice["credited"],
                "written_off": invoice["written_off"],
            }
            assert found.invoices[invoice_id] == expected
        assert found.requests == {
            each: (request["state"], oracle.asks(each)) for each, request in oracle.requests.items()
        }
        lots: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for lot in oracle.lots.values():
            lots.setdefault((lot["of"], lot["currency"]), []).append((lot["amount"], lot["left"]))
        assert found.lots == lots
        held = {key: minor for key, minor in oracle.kept["accounts"].items() if minor}
        assert {key: minor for key, minor in found.accounts.items() if minor} == held

    def teardown(self) -> None:
        try:
            self.compare()
            assert self.ground.does(admin_read()(proof.differences)) == []
        finally:
            clock.move(-self.moved)
