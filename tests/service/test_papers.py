"""Papers of real books: they say what the books say, and what was issued stays; both databases."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlmodel import Session, select
from starlette.applications import Starlette

from billing_app.access.actors import RunnerActor, SystemActor
from billing_app.access.installation import installation, work_now
from billing_app.access.outbox import PRINT_PAPER
from billing_app.api import papers as api
from billing_app.documents.papers.printing import render
from billing_app.documents.papers.refusals import DoesNotAddUp
from billing_app.gateways.payments import DisputeTold, Stage
from billing_app.jobs.print_paper import print_paper
from billing_app.jobs.trouble import TryLater
from billing_app.kernel.clock import clock
from billing_app.kernel.errors import Invalid, NotFound
from billing_app.kernel.session_header import hashed, write_header
from billing_app.models.invoice import Invoice
from billing_app.models.outbox import Job
from billing_app.models.paper import IssuedPrint
from billing_app.models.payment import Payment
from billing_app.reads import papers
from billing_app.reads.paper import Charge, Statement
from billing_app.services import disputing, granting, invoicing, organizing, voiding
from billing_app.services.archiving import keep_print
from billing_app.services.invoicing import TaxNumberMissing
from billing_app.services.note_planning import Excess
from tests.attempts import NEWS
from tests.billing import aud, refused
from tests.links import linked
from tests.post import Post
from tests.printed import Printed
from tests.till import Till
from tests.world import Person, World


@dataclass(frozen=True)
class Owed:
    """A job, as the function that does it sees one."""

    organization_id: UUID
    subject: str


class Office(Till):
    """Ada's office, where papers are printed and kept."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.profile()

    @property
    def system(self) -> SystemActor:
        return SystemActor(organization_id=self.by.actor.organization_id)

    def profile(self, **said: str) -> None:
        usual = {
            "legal_name": "Harbour Pty Ltd",
            "abn": "51 824 753 556",
            "address": "12 Quay Street\nSydney",
            "bank_details": "BSB 062-000",
        }
        self.does(lambda work: organizing.set_profile(work, **(usual | said)))

    def taxed(self, minor: int = 100_00, **more: Any) -> str:
        """Issue an invoice over one thing and its tax."""
        return self.issue(self.draft(self.line(minor, self.tax()), **more))

    def owed(self) -> list[str]:
        """The documents whose print is owed, in order."""
        wanted = select(Job.subject).where(Job.kind == PRINT_PAPER).order_by(Job.id)  # type: ignore[arg-type]
        return self.sees(lambda work: list(work.exec(wanted)))

    def works(self, document_id: str) -> None:
        """Do the job of printing a document as issued."""
        print_paper(installation(), Owed(self.system.organization_id, document_id))

    def kept(self, document_id: str, by: Person | None = None) -> Any:
        return (by or self.by).does(lambda work: papers.print_as_issued(work, document_id))

    def paper(self, document_id: str, **how: Any) -> Any:
        """What the current copy says."""
        said = {"public_url": "https://pay.example.com"} | how
        return self.runs(lambda work: papers.paper(work, document_id, **said))

    def statement(self, **how: Any) -> Statement:
        found = self.runs(lambda work: papers.statement_paper(work, self.world.marsh, **how))
        assert isinstance(found, Statement)
        return found

    def runs(self, work_fn: Callable[[Any], Any]) -> Any:
        return work_now(self.system, self.world.database, work_fn)


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def text_of(paper: Any) -> str:
    return Printed(render(paper)).text


def test_a_print_is_owed_for_whatever_goes_out_once(office: Office):
    invoice = office.invoice(100_00)
    request = office.request(500_00)
    payment = office.pay(40_00, invoice)
    note = office.note(invoice, 10_00)

    assert office.owed() == [invoice, request, payment, note]


@pytest.mark.parametrize("kind", ["invoice", "request", "payment", "note"])
def test_what_was_issued_is_kept_once_with_its_hash(office: Office, kind: str):
    invoice = office.taxed()
    made = {
        "invoice": lambda: invoice,
        "request": lambda: office.request(500_00),
        "payment": lambda: office.pay(40_00, invoice),
        "note": lambda: office.note(invoice, 11_00),
    }
    document = made[kind]()
    office.works(document)
    first = office.kept(document)
    office.works(document)
    office.runs(lambda work: keep_print(work, document, b"%PDF other", made_with="another"))

    assert office.kept(document) == first
    assert first.content_hash == hashlib.sha256(first.content).hexdigest()
    assert office.count(IssuedPrint) == 1


def test_the_kept_print_and_the_words_of_a_copy_outlive_a_change_of_the_profile(office: Office):
    invoice = office.taxed()
    office.works(invoice)
    before = office.kept(invoice)
    office.profile(legal_name="Other Name Ltd", address="Elsewhere", bank_details="BSB 999-999")

    assert office.kept(invoice) == before
    assert "BSB 062-000" in Printed(before.content).text
    text = text_of(office.paper(invoice))
    assert "Harbour Pty Ltd" in text
    assert "Other Name" not in text
    # Money goes to where the account is now.
    assert "BSB 999-999" in text


def test_nobody_changes_a_kept_print(office: Office):
    invoice = office.invoice(100_00)
    office.works(invoice)

    with Session(office.world.database.engine.execution_options(writes=True)) as session:
        row = session.exec(
            select(IssuedPrint).where(IssuedPrint.invoice_id == Invoice.read_id(invoice))
        ).one()
        row.content = b"another"
        with pytest.raises(Exception, match="append-only"):
            session.commit()


def test_as_issued_says_nothing_of_what_came_later(office: Office):
    invoice = office.taxed()
    linked(office, invoice)
    office.pay(50_00, invoice)
    office.works(invoice)

    text = Printed(office.kept(invoice).content).text
    assert "Total A$110.00" in text
    assert "Settled" not in text
    assert "/pay/" not in text


def test_a_current_copy_says_what_the_books_say(office: Office):
    invoice = office.taxed(200_00)
    office.pay(50_00, invoice)
    office.note(invoice, 22_00)
    token = linked(office, invoice)

    paper = office.paper(invoice)
    page = Printed(render(paper))

    assert isinstance(paper, Charge)
    assert (
        paper.booked_left == paper.position.still_to_pay == office.of(invoice, "still_to_pay_minor")
    )
    assert "GST 10% on A$200.00 A$20.00 Total A$220.00" in page.text
    assert "Credited -A$22.00 Settled -A$50.00 Still to pay A$148.00" in page.text
    assert f"pay.example.com/pay/{token}" in page.text
    assert "Partly credited" in page.text


def test_what_is_paid_void_or_given_up_asks_for_nothing(office: Office):
    paid, void, given_up = office.invoice(10_00), office.invoice(20_00), office.invoice(30_00)
    for each in (paid, void, given_up):
        linked(office, each)
    office.pay(10_00, paid)
    office.does(lambda work: voiding.void_invoice(work, void, reason="Twice"))
    office.lose(given_up)

    for each in (paid, void, given_up):
        text = text_of(office.paper(each))
        assert "Still to pay A$0.00" in text
        assert "/pay/" not in text
    assert "Void since" in text_of(office.paper(void))
    assert "bad" not in text_of(office.paper(given_up)).lower()


def test_a_page_that_would_not_say_what_the_books_say_is_not_printed(
    office: Office, caplog: pytest.LogCaptureFixture
):
    invoice = office.invoice(100_00)
    with Session(office.world.database.engine.execution_options(writes=True)) as session:
        row = session.exec(select(Invoice).where(Invoice.id == Invoice.read_id(invoice))).one()
        row.still_to_pay_minor = 99_00
        session.add(row)
        session.commit()

    with pytest.raises(DoesNotAddUp):
        render(office.paper(invoice))
    assert invoice in caplog.text


def test_a_receipt_says_what_the_money_was_for(office: Office):
    invoice, request = office.invoice(60_00), office.request(30_00)
    payment = office.pay(100_00, invoice, request, reference="MARSH 1")

    text = text_of(office.paper(payment))

    number = office.of(invoice, "number")
    assert f"Invoice {number} 60.00" in text
    assert "Credit Request CR-00001 30.00" in text
    assert "Kept as your credit 10.00" in text
    assert "Bank transfer Reference MARSH 1" in text
    assert "Total A$100.00" in text


def test_a_receipt_for_money_that_never_came_says_so(office: Office):
    payment = office.pay(100_00, office.invoice(60_00))
    office.reverse(payment)

    assert "Taken back" in text_of(office.paper(payment))


def test_a_receipt_printed_late_says_what_the_money_was_for_when_it_came(office: Office):
    payment = office.pay(100_00, office.invoice(60_00))
    office.reverse(payment)
    office.works(payment)

    text = Printed(office.kept(payment).content).text

    assert "60.00 Kept as your credit 40.00 Total A$100.00" in text
    assert "Taken back" not in text


def test_a_receipt_for_money_that_the_bank_took_back_says_so(world: World):
    post = Post(world)
    begun = post.begin(post.invoice(100_00))
    post.settle(begun, Stage.SUCCEEDED)
    payment = post.sees(lambda work: work.exec(select(Payment)).one().shown_id)
    lost = DisputeTold(
        reference="du_1",
        payment=f"pi_{begun.asked.attempt}",
        amount=aud(100_00),
        state="lost",
        withdrawn=True,
        held=True,
        opened_at=clock.now(),
    )
    post.acts(lambda work: disputing.settle_dispute(work, lost, NEWS))

    text = text_of(post.acts(lambda work: papers.paper(work, payment)))

    assert "Taken back by the bank since A$100.00" in text
    assert post.last("receipt").needless == "What it tells of is no longer so."


def test_what_was_paid_and_credited_afterwards_is_marked(office: Office):
    invoice = office.invoice(100_00)
    office.pay(100_00, invoice)
    office.note(invoice, 40_00, excess=Excess(to_credit=aud(40_00)))
    assert "Partly credited" in text_of(office.paper(invoice))

    office.note(invoice, 60_00, excess=Excess(outside=aud(60_00)))

    text = text_of(office.paper(invoice))
    assert "As at" in text
    assert "Credited Still to pay A$0.00" in text


def test_a_credit_note_names_its_invoice_and_lines(office: Office):
    invoice = office.taxed(200_00)
    note = office.note(invoice, 110_00, reason_code="goodwill")

    text = text_of(office.paper(note))

    assert f"This lowers invoice {office.of(invoice, 'number')}" in text
    assert "Reason: goodwill" in text
    assert "GST 10% on A$100.00 A$10.00 Total A$110.00" in text


def test_a_statement_closes_over_any_range(office: Office):
    first = office.invoice(100_00, on=office.days(-40))
    office.pay(30_00, first, received_on=office.days(-20))
    office.note(first, 20_00, effective_on=office.days(-10))
    office.pay(80_00, first)
    office.request(500_00)

    whole = office.statement(since=office.days(-60), until=office.today())
    assert [move.minor for move in whole.moves] == [-100_00, 30_00, 20_00, 80_00]
    assert (whole.opening, whole.closing) == (0, 30_00)
    for since, until in ((-60, -41), (-40, -20), (-19, -10), (-9, 0), (-60, 0)):
        part = office.statement(since=office.days(since), until=office.days(until))
        assert part.opening + sum(move.minor for move in part.moves) == part.closing
        assert render(part).startswith(b"%PDF")
    text = text_of(whole)
    assert "Closing balance A$30.00" in text
    assert "CR-00001 500.00 500.00" in text


def test_a_statement_knows_one_currency_at_a_time(office: Office):
    office.invoice(100_00)

    assert office.statement(currency="AUD").closing == -100_00
    with pytest.raises(Invalid, match="that currency"):
        office.statement(currency="JPY")


def test_who_has_no_tax_number_issues_nothing_that_charges_tax(office: Office):
    draft = office.draft(office.line(100_00, office.tax()))
    office.profile(abn="")
    said = refused(office, TaxNumberMissing, lambda work: invoicing.issue_invoice(work, draft))
    assert "ABN or your tax id" in said
    office.profile()

    assert "ABN 51 824 753 556" in text_of(office.paper(office.issue(draft)))


def test_a_letter_without_a_glyph_waits_with_a_sentence(office: Office):
    invoice = office.issue(office.draft(office.line(description="書道")))

    with pytest.raises(TryLater, match="No font here can show “書”"):
        office.works(invoice)
    assert office.count(IssuedPrint) == 0


def test_a_partners_invoice_is_printed_too(office: Office):
    invoice = office.invoice(100_00, party_id=office.world.northside)
    office.works(invoice)

    assert "Northside School" in Printed(office.kept(invoice).content).text


class Visitor:
    """Somebody who asks for papers by their address."""

    def __init__(self, token: str = "") -> None:
        self._headers = {"authorization": write_header(hashed(token))} if token else {}

    def asks(self, path: str, method: str = "GET", **headers: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(Starlette(routes=api.routes()))
            async with httpx.AsyncClient(transport=transport, base_url="http://here") as browser:
                return await browser.request(method, path, headers=self._headers | headers)

        return asyncio.run(ask())

    def is_given_anything(self, path: str) -> bool:
        """Whether a HEAD is answered with a body, which a browser would not even tell."""
        sent: list[Any] = []
        headers = [(name.encode(), value.encode()) for name, value in self._headers.items()]
        scope = {"type": "http", "method": "HEAD", "path": path, "headers": headers}
        scope |= {"query_string": b"", "root_path": ""}

        async def receive() -> Any:
            return {"type": "http.request", "body": b""}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(Starlette(routes=api.routes())(scope, receive, send))
        return any(message.get("body") for message in sent)


def test_an_admin_fetches_every_kind_by_its_address(office: Office):
    invoice = office.taxed()
    request, payment = office.request(500_00), office.pay(10_00, invoice)
    note = office.note(invoice, 11_00)
    ada = Visitor(office.by.token)

    for document in (invoice, request, payment, note, office.world.marsh):
        answer = ada.asks(f"/documents/{document}.pdf")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.content.startswith(b"%PDF")
    office.works(invoice)
    issued = ada.asks(f"/documents/{invoice}.pdf?as=issued")
    assert issued.content == office.kept(invoice).content
    assert 'filename="invoice-INV-00001-as-issued.pdf"' in issued.headers["content-disposition"]


def test_a_customer_fetches_their_own_and_nothing_else_is_there(office: Office):
    world = office.world
    own, others = office.taxed(), office.taxed(party_id=world.bellweather)
    draft, partners = office.draft(office.line()), office.invoice(party_id=world.northside)
    cleo = Visitor(world.cleo.token)

    assert cleo.asks(f"/documents/{own}.pdf").status_code == 200
    assert cleo.asks(f"/documents/{world.marsh}.pdf").status_code == 200
    unknown = cleo.asks("/documents/inv_00000000000000000000000000.pdf")
    for document in (others, draft, partners, world.bellweather, world.northside, "x", "inv_1"):
        for way in ("", "?as=issued"):
            answer = cleo.asks(f"/documents/{document}.pdf{way}")
            assert (answer.status_code, answer.text) == (404, unknown.text), document
    assert Visitor(world.pat.token).asks(f"/documents/{partners}.pdf").status_code == 404
    assert Visitor(world.otto.token).asks(f"/documents/{own}.pdf").status_code == 404


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page(office: Office):
    answer = Visitor().asks(f"/documents/{office.invoice()}.pdf")

    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")


def test_a_contact_whose_access_was_revoked_gets_nothing(office: Office):
    cleo, invoice = office.world.cleo, office.invoice()
    office.does(lambda work: granting.revoke_access(work, cleo.contact_id))

    assert Visitor(cleo.token).asks(f"/documents/{invoice}.pdf").status_code == 303


def test_a_pay_link_gives_its_own_document_to_whoever_holds_it(office: Office):
    invoice = office.taxed()
    token = linked(office, invoice)

    answer = Visitor().asks(f"/pay/{token}/document.pdf")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert office.of(invoice, "number") in Printed(answer.content).text
    assert Visitor().asks("/pay/no-such-token/document.pdf").status_code == 404


def test_a_head_is_told_the_size_and_a_range_gets_the_whole(office: Office):
    path, ada = f"/documents/{office.invoice()}.pdf", Visitor(office.by.token)
    whole = ada.asks(path)

    told = ada.asks(path, "HEAD")
    assert (told.status_code, told.content) == (200, b"")
    assert told.headers["content-length"] == str(len(whole.content))
    assert not ada.is_given_anything(path)
    part = ada.asks(path, Range="bytes=0-9")
    assert (part.status_code, part.content) == (200, whole.content)


def test_what_stands_in_the_way_is_said_in_a_sentence(office: Office):
    ada = Visitor(office.by.token)
    draft = office.draft(office.line())
    early = office.invoice()

    assert "still a draft" in ada.asks(f"/documents/{draft}.pdf").text
    assert "try again in a moment" in ada.asks(f"/documents/{early}.pdf?as=issued").text
    wrong = ada.asks(f"/documents/{office.world.marsh}.pdf?since=2026-13-01")
    assert (wrong.status_code, wrong.text) == (
        409,
        "Write a day like 2026-11-21. Nothing was printed.\n",
    )


def test_whoever_may_not_see_pay_links_finds_none_on_a_copy(office: Office):
    invoice = office.invoice()
    token = linked(office, invoice)
    path = _path(invoice)

    assert token in Printed(Visitor(office.by.token).asks(path).content).text
    assert token not in Printed(Visitor(office.world.vic.token).asks(path).content).text


def test_why_a_print_cannot_be_made_is_told_to_those_who_can_mend_it(office: Office):
    invoice = office.issue(office.draft(office.line(description="書道")))
    token = linked(office, invoice)
    cleo = Visitor(office.world.cleo.token)

    for said in (Visitor().asks(f"/pay/{token}/document.pdf"), cleo.asks(_path(invoice))):
        assert said.status_code == 409
        assert said.text.startswith("This document cannot be printed right now.")
    assert "fonts" in Visitor(office.by.token).asks(_path(invoice)).text


def _path(document_id: str) -> str:
    return f"/documents/{document_id}.pdf"


def test_no_runner_sees_a_print(office: Office):
    invoice = office.invoice()
    office.works(invoice)

    def look(work: Any) -> None:
        work.begin(writes=False)
        assert work.exec(select(IssuedPrint)).all() == []

    work_now(RunnerActor(), office.world.database, look)
    with pytest.raises(NotFound):
        office.kept(invoice, by=office.world.otto)
