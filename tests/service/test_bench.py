"""The business that is measured: what its figures are of has to be books like anybody's."""

from __future__ import annotations

from bench.books import Desk
from bench.business import Business
from bench.ground import founded
from billing_app.access.database import Database
from billing_app.access.guard import admin_read
from billing_app.ledger import proof


def test_a_business_that_is_measured_sells_and_its_books_are_clean(database: Database):
    ground = founded(database)

    sold = Business(ground).sell(25)

    assert len(sold) == 25
    assert list(ground.does(admin_read()(proof.differences))) == []


def test_what_is_issued_and_paid_while_it_is_measured_keeps_the_books_clean(database: Database):
    desk = Desk(founded(database), 2)

    for customer, invoice in desk.large_invoices().items():
        desk.pay(invoice, customer, desk.key())

    assert list(desk.ground.does(admin_read()(proof.differences))) == []
