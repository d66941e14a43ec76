"""What belongs to somebody else: their ids, the words that would give them away, their rows."""

from __future__ import annotations

from functools import cache
from typing import Any, get_type_hints

from sqlalchemy import ColumnElement, Table, select

from billing_app.gateways.payments import Saved, Stage, Way
from billing_app.kernel.audience import Audience
from billing_app.kernel.ids import new_id, show
from billing_app.kernel.money import Money
from billing_app.models.every import tables
from billing_app.services import identifying
from billing_app.ui import policy
from billing_app.ui.pages import SCREENS
from billing_app.ui.screens import Screen
from tests.attack.contents import until_caught_up
from tests.attack.handlers import HANDLERS, as_form
from tests.attack.test_doors import fitting
from tests.links import Links
from tests.purse import Purse
from tests.servers import Site
from tests.world import World

# What each field that holds an id may name; where two kinds of thing may be named, the kind
# that fits the handler is tried.
FIELDS = {
    "about": "unr",
    "attempt_id": "att",
    "contact_id": "con",
    "customer": "cus",
    "document_id": "inv",
    "invoice": "inv",
    "invoice_id": "inv",
    "job_id": "job",
    "letter_id": "let",
    "line_id": "alc",
    "lot_id": "lot",
    "membership_id": "mem",
    "message_id": "atm",
    "method": "pmt",
    "method_id": "pmt",
    "party_id": "cus",
    "payment_id": "pay",
    "payment_method_id": "pmt",
    "shown_id": "att",
    "tax_rate_id": "tax",
}
NO_ID = {"tax_id"}

# What the addresses of pages name.
PAGES = {
    "/admin/invoices/[invoice]": "inv",
    "/admin/invoices/[invoice]/take": "inv",
    "/admin/drafts/[invoice]": "inv",
    "/admin/requests/[request]": "crq",
    "/admin/payments/[payment]": "pay",
    "/admin/customers/[party]": "cus",
    "/admin/partners/[party]": "par",
    "/customer/paid/[attempt_id]": "att",
    "/customer/invoices/[document_id]": "inv",
    "/customer/requests/[document_id]": "crq",
    "/customer/payments/[payment_id]": "pay",
}

_BY_ITSELF = {"job", "seal", "sealed_row", "schedule", "issued_print", "web_session"}


class Strangers:
    """Everybody's things but one's own.

    ``column`` says whose a row is, ``own`` is what it says of one's own. ``within`` leaves only
    those of one organization.
    """

    def __init__(self, site: Site, column: str, own: Any, *, within: Any = None) -> None:
        self._site = site
        self._tables: list[tuple[str, Table, ColumnElement[bool]]] = []
        self._column, self._own = column, own
        for model in tables():
            table: Table = model.__table__  # type: ignore[attr-defined]
            if column in table.c:
                prefix = getattr(model, "prefix", "")
                theirs = table.c[column] != own
                if within is not None:
                    theirs &= table.c.organization_id == within
                self._tables.append((prefix, table, theirs))

    def ids(self) -> dict[str, str]:
        """The id of one thing of each kind, by its prefix."""
        found = {
            prefix: self._ask(select(table.c.id).where(theirs).limit(1))
            for prefix, table, theirs in self._tables
            if prefix
        }
        return {prefix: show(prefix, rows[0][0]) for prefix, rows in found.items() if rows}

    def words(self, *names: str) -> set[str]:
        """What stands in these columns, such as ``customer.name``, and in none of one's own."""
        found, known = set(), set()
        for _, table, theirs in self._tables:
            for column in (each for each in table.c if str(each) in names):
                wanted = select(column).where(column != "")
                found |= {row[0] for row in self._ask(wanted.where(theirs))}
                known |= {
                    row[0] for row in self._ask(wanted.where(table.c[self._column] == self._own))
                }
        return found - known

    def rows(self) -> dict[str, set[tuple[Any, ...]]]:
        """Every row of theirs, without what goes on by itself."""
        return {
            table.name: set(self._ask(select(table).where(theirs)))
            for _, table, theirs in self._tables
            if table.name not in _BY_ITSELF
        }

    def _ask(self, wanted: Any) -> list[Any]:
        with self._site.database.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(wanted)]


@cache
def stock(site_world: World) -> None:
    """Give Marsh Design one of everything that customers can have without a gateway."""
    links = Links(site_world)
    paid = links.invoice(1_234_00)
    links.refund(links.pay(1_234_00, paid), 7_00)
    links.note(links.invoice(991_00), 3_00)
    saving = links.begin(links.invoice(731_93), saves=True, begun_by="contact")
    links.settle(saving, Stage.SUCCEEDED, saved=Saved("pm_theirs", Way.CARD, "Visa •••• 7319"))
    # It has ended, because what stands open is asked after and changes by itself.
    links.settle(links.begin(links.invoice(739_21)), Stage.FAILED)
    links.request(8_181_00)
    links.tax()
    Purse(site_world).give(17_00)
    links.does(
        lambda work: identifying.record_unidentified(
            work, show("unr", new_id()), amount=Money(19_00, "AUD"), kind="cash"
        )
    )
    until_caught_up(site_world.database)


def states_on(screen: Screen) -> set[str]:
    """The full names of the states that a page shows or sends events to."""
    asked = (var._get_all_var_data() for var in screen.content()._get_vars(include_children=True))
    return {said.state for said in asked if said is not None and said.state}


def sent_from(screen: Screen) -> list[str]:
    """The handlers that a page sends."""
    states = states_on(screen)
    return [short for short, name in HANDLERS.items() if name.rpartition(".")[0] in states]


def fields_of(short: str) -> set[str]:
    """The names of all that a handler is told, within forms too."""
    hints = get_type_hints(policy.registered()[HANDLERS[short]].handler.fn)
    hints.pop("return", None)
    return {
        field
        for name, hint in hints.items()
        for field in (getattr(hint, "__annotations__", None) or (name,))
    }


def names_something(short: str) -> bool:
    """Whether a handler is told an id."""
    return bool(fields_of(short) & FIELDS.keys())


def tells(site: Site, short: str, theirs: dict[str, str]) -> dict[str, Any]:
    """What a handler is told, with somebody else's id wherever one fits."""
    named = {field: theirs.get(prefix, show(prefix, new_id())) for field, prefix in FIELDS.items()}
    said = fitting(site, short)
    if short.endswith(".add"):
        # A form draws the id of what it adds, and an id is another thing in each business.
        return said
    if "Partner" in short:
        named["party_id"] = theirs["par"]
    return {
        name: as_form({field: named.get(field, typed) for field, typed in _typed(value).items()})
        if isinstance(value, dict)
        else named.get(name, value)
        for name, value in said.items()
    }


def _typed(form: dict[str, Any]) -> dict[str, str]:
    return dict(form["__reflex_form_data__"])


def pages_about_one(audience: Audience) -> list[Screen]:
    """The pages whose address names something."""
    return [each for each in SCREENS if each.audience is audience and "[" in each.route]
