"""Papers as files: what they say, to whom they can be read, and what is refused."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from zlib import crc32

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bench import papers as made_up
from billing_app.documents.papers import press
from billing_app.documents.papers.checking import refuse_unfit
from billing_app.documents.papers.codes import code
from billing_app.documents.papers.composing import sheet_of
from billing_app.documents.papers.naming import file_name
from billing_app.documents.papers.printing import Printers, render
from billing_app.documents.papers.refusals import (
    DoesNotAddUp,
    LegalDetailsMissing,
    LettersMissing,
    LogoUnreadable,
    PressBroke,
    TookTooLong,
)
from billing_app.documents.papers.statements import move_words
from billing_app.documents.papers.wording import FOLDER, Wording
from billing_app.kernel.currencies import CURRENCIES
from billing_app.kernel.numerals import LOCALES
from billing_app.ledger.events import Event
from billing_app.reads.paper import Charge, Kind, Move, Paper, Position, Side
from tests.printed import Printed

ALL: dict[Kind, Paper] = {
    Kind.INVOICE: made_up.invoice(),
    Kind.CREDIT_REQUEST: made_up.request(),
    Kind.CREDIT_NOTE: made_up.credit_note(),
    Kind.RECEIPT: made_up.receipt(),
    Kind.STATEMENT: made_up.statement(),
}
FONTS = Path(press.__file__).parent / "fonts"


@contextmanager
def presses(fonts: Path | None = None, *, longest_s: float = 5.0) -> Iterator[Printers]:
    """A press of one's own, stopped at the end."""
    own = Printers(fonts, presses=1, longest_s=longest_s)
    yield own
    own.close()


def printed(paper: Paper) -> Printed:
    return Printed(render(paper))


def sheet(paper: Paper) -> str:
    return json.dumps(sheet_of(paper))


def saying(text: str) -> Charge:
    """An invoice over one thing, which somebody called so."""
    paper = made_up.invoice(1)
    return replace(paper, lines=(replace(paper.lines[0], description=text),))


def with_first_line(paper: Charge, **other: int) -> Charge:
    """The paper with other figures on its first line."""
    return replace(paper, lines=(replace(paper.lines[0], **other), *paper.lines[1:]))


def named(name: str) -> Charge:
    """An invoice for somebody of this name."""
    paper = made_up.invoice(1)
    return replace(paper, head=replace(paper.head, recipient=Side(name=name)))


@pytest.mark.parametrize("kind", ALL)
def test_every_paper_can_be_read_aloud(kind: Kind):
    page = printed(ALL[kind])

    assert page.root["/MarkInfo"]["/Marked"]
    assert {"/Document", "/H1", "/Table", "/TH", "/TD"} <= page.roles()
    assert page.language == "en"
    assert page.title.split()[-1] in page.text
    assert b"<pdfuaid:part>1</pdfuaid:part>" in page.content
    assert page.fonts()
    assert all(is_inside for _, is_inside in page.fonts())


@pytest.mark.parametrize("kind", ALL)
def test_equal_papers_are_equal_bytes_on_another_press(kind: Kind):
    with presses() as another:
        another.pdf(sheet(made_up.invoice(3)))

        assert another.pdf(sheet(ALL[kind])) == render(ALL[kind])


def test_an_invoice_says_what_it_asks_and_how_to_pay():
    text = printed(made_up.invoice()).text

    for said in (
        "Tax invoice INV-00042",
        "Marsh Design Pty Ltd Level 4, 88 Crown Street",
        "ABN 51 824 753 556",
        "Drawing lessons, October 4 95.00 10% 380.00",
        "Total without tax A$816.50 GST 10% on A$816.50 A$81.65 Total A$898.15",
        "Settled -A$200.00 Still to pay A$698.15",
        "billing.harbour.example/pay/",
        "BSB 062-000 Account 1234 5678",
        "With this reference INV-00042",
        "Page 1 of 1",
    ):
        assert said in text


def test_a_void_invoice_says_so_and_asks_for_nothing():
    paper = made_up.invoice()
    void = Position(credited=0, settled=0, still_to_pay=0, void_on=date(2026, 11, 20))

    text = printed(replace(paper, position=void, booked_left=0)).text

    assert "Void since 20 Nov 2026" in text
    assert "How to pay" not in text


def test_what_was_credited_is_marked():
    paper = made_up.invoice()
    credited = Position(credited=paper.total, settled=0, still_to_pay=0)

    text = printed(replace(paper, position=credited, booked_left=0)).text

    assert f"Credited -A${paper.total / 100:.2f}" in text
    assert "How to pay" not in text


def test_as_issued_there_is_neither_link_nor_code_nor_a_day_it_stands_at():
    paper = made_up.invoice()
    issued = replace(paper, position=None, head=replace(paper.head, as_at=None))

    text = printed(issued).text

    assert "/pay/" not in text
    assert "As at" not in text
    assert "BSB 062-000" in text


def test_a_statement_runs_from_opening_to_closing():
    text = printed(made_up.statement(2)).text

    assert "1 Nov 2026 Opening balance -120.00" in text
    assert "Invoice INV-00042 -901.45 -1,021.45" in text
    assert "Payment for INV-00042 200.00 -821.45" in text
    assert "Closing balance -A$821.45" in text
    assert "CR-00007 500.00 280.00" in text


def test_the_page_is_a_us_letter_where_that_is_the_paper():
    paper = made_up.invoice()

    assert printed(paper).size == (595, 842)
    assert printed(replace(paper, head=replace(paper.head, is_letter=True))).size == (612, 792)


@pytest.mark.parametrize(
    "paper",
    [
        replace(made_up.invoice(), booked_left=1),
        replace(made_up.invoice(), booked_total=1),
        replace(made_up.invoice(), tax=made_up.invoice().tax + 1),
        replace(made_up.invoice(), lines=made_up.invoice().lines[1:]),
        with_first_line(made_up.invoice(), net=380_01, gross=418_01),
        with_first_line(made_up.invoice(), gross=1),
        replace(made_up.invoice(), taxes=(replace(made_up.invoice().taxes[0], tax=1),)),
        replace(made_up.plan(), parts=made_up.plan().parts[1:]),
        replace(made_up.receipt(), booked_amount=1),
        replace(made_up.receipt(), credit=450_00),
        replace(made_up.statement(), closing=0),
        replace(made_up.statement(), moves=made_up.statement().moves[1:]),
    ],
)
def test_what_does_not_add_up_is_not_printed(paper: Paper, caplog: pytest.LogCaptureFixture):
    with pytest.raises(DoesNotAddUp, match="do not agree with the books"):
        render(paper)
    assert "does not agree with the books" in caplog.text


MARKUP = (
    '#read("/etc/passwd")',
    '#image("/etc/passwd")',
    "*bold* _slanted_ $x^2$ = Title",
    "<img src=file:///etc/passwd>",
    '#pdf.attach("/etc/passwd")',
    "\\u{1F600} #sys.inputs",
    '"}, "pay": {}, "x": {"',
)


@pytest.mark.parametrize("typed", MARKUP)
def test_at55_what_looks_like_markup_is_text(typed: str):
    page = printed(saying(typed))

    assert " ".join(typed.split()) in page.text
    assert "root:" not in page.text
    assert not page.has_attachments()


def test_at55_marks_that_turn_the_direction_are_dropped():
    turned = printed(saying("invoice \u202e0001$ yap\u202c \u2067end\u2069\u0007"))

    assert "invoice 0001$ yap end" in turned.text


def test_at55_a_name_of_ten_thousand_letters_stays_on_its_pages():
    begun = time.monotonic()
    content = render(named("A" * 10_000))
    assert time.monotonic() - begun < 2

    page = Printed(content)
    assert page.text.count("A") >= 10_000
    assert len(page.pages) > 1


def test_five_hundred_lines_take_less_than_two_seconds_and_repeat_their_head():
    begun = time.monotonic()
    content = render(made_up.invoice(500))
    assert time.monotonic() - begun < 2

    page = Printed(content)
    assert page.text.count("Studio hire, Saturday mornings") == 125
    with_lines = [text for text in page.pages if "Studio hire" in text]
    assert len(with_lines) > 8
    assert all("Unit price" in text for text in with_lines)


def test_the_sums_stay_together_wherever_the_page_ends():
    for lines in range(24, 36, 3):
        pages = printed(made_up.invoice(lines)).pages
        together = [text for text in pages if "Total without tax" in text]
        assert "Still to pay A$" in together[0].partition("Total without tax")[2]


@pytest.mark.parametrize(
    "typed", ["Ελληνικά: Τιμολόγιο", "Счёт № 7", "żółć Straße", "שלום עולם", "مرحبا بالعالم"]
)
def test_the_fonts_brought_along_know_five_scripts(typed: str):
    page = printed(saying(typed))

    # What is written from right to left may be read back in the order of the page.
    assert set(typed) <= set(page.text)
    assert all(is_inside for _, is_inside in page.fonts())


def test_a_letter_that_no_font_has_is_named_and_nothing_is_printed():
    with pytest.raises(LettersMissing, match=r"“漢” .*“字”"):
        render(saying("漢字"))


def test_fonts_that_are_added_are_found_without_a_new_start(tmp_path: Path):
    lacking = sheet(saying("漢"))
    with presses(tmp_path / "fonts") as own:
        with pytest.raises(LettersMissing):
            own.pdf(lacking)
        first = own._free.queue[0]._process
        assert own.pdf(sheet(saying("here")))

    assert first is None


def test_a_press_that_does_not_end_is_stopped_and_the_next_paper_is_printed():
    slow = sheet(made_up.invoice(500))
    with presses(longest_s=0.001) as own:
        with pytest.raises(TookTooLong):
            own.pdf(slow)
        own._longest_s = 5.0

        assert own.pdf(slow).startswith(b"%PDF")


def test_a_press_that_makes_no_sense_of_a_sheet_says_so_and_goes_on():
    with presses() as own:
        with pytest.raises(PressBroke):
            own.pdf("{}")

        assert own.pdf(sheet(made_up.invoice(1))).startswith(b"%PDF")


def test_the_same_paper_is_printed_once():
    with presses() as own:
        first = own.pdf(sheet(made_up.invoice(1)))

        assert own.pdf(sheet(made_up.invoice(1))) is first


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)


def enormous(png: bytes) -> bytes:
    """The same picture, which says of itself that it has 400 million dots."""
    head = png[12:16] + (20_000).to_bytes(4) * 2 + png[24:29]
    return png[:12] + head + crc32(head).to_bytes(4) + png[33:]


def with_logo(logo: bytes) -> Charge:
    return made_up.invoice(1, logo=logo)


def test_a_logo_is_shown_and_said_in_words():
    page = printed(with_logo(PNG))

    assert "Logo of Harbour Tutoring Pty Ltd" in page.said_of_pictures()


@pytest.mark.parametrize(
    "logo",
    [
        b"<svg onload=alert(1)>",
        PNG[:-12],
        enormous(PNG),
    ],
)
def test_a_logo_that_cannot_be_shown_stops_the_paper_with_a_sentence(logo: bytes):
    for look in (refuse_unfit, render):
        with pytest.raises(LogoUnreadable, match="Choose another one"):
            look(with_logo(logo))


def test_whoever_charges_tax_has_to_say_under_which_number():
    paper = made_up.invoice()
    nameless = replace(paper, head=replace(paper.head, issuer=Side(name="Harbour")))

    with pytest.raises(LegalDetailsMissing):
        render(nameless)
    untaxed = replace(
        made_up.request(), head=replace(made_up.request().head, issuer=Side(name="Harbour"))
    )
    assert render(untaxed)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", ALL)
def test_every_language_prints_every_paper(kind: Kind, locale: str):
    paper = ALL[kind]
    page = printed(replace(paper, head=replace(paper.head, locale=locale)))

    assert page.language == locale


def test_amounts_and_days_are_written_as_the_language_writes_them():
    text = printed(made_up.invoice(locale="de")).text

    assert "Rechnung INV-00042" in text
    assert "Fällig am 02.12.2026" in text
    assert "698,15 AU$" in text.replace("\u00a0", " ")


@pytest.mark.parametrize("locale", LOCALES)
def test_the_amounts_of_every_currency_can_be_printed(locale: str):
    head = made_up.head(Kind.INVOICE, "INV-1")
    amounts = [
        Wording(replace(head, currency=each, locale=locale)).amount(1) for each in CURRENCIES
    ]

    assert render(saying(" ".join(amounts)))


@pytest.mark.parametrize("locale", [locale for locale in LOCALES if locale != "en"])
def test_no_word_of_a_paper_is_left_untranslated(locale: str):
    with (FOLDER / "papers.pot").open("rb") as template, (FOLDER / f"{locale}.po").open("rb") as po:
        wanted = {message.id for message in read_po(template) if message.id}
        there = {message.id for message in read_po(po, locale=locale) if message.string}

    assert wanted - there == set()


def test_the_words_in_the_code_are_the_words_in_the_template():
    found = extract_from_dir(FOLDER.parent, keywords={"say": None})
    with (FOLDER / "papers.pot").open("rb") as template:
        wanted = {message.id for message in read_po(template) if message.id}

    assert {message for _, _, message, _, _ in found} == wanted


def test_every_event_of_a_customer_has_words():
    never_theirs = {
        Event.GATEWAY_FEE,
        Event.PAYMENT_UNIDENTIFIED,
        Event.DISPUTE_OPENED,
        Event.DISPUTE_WON,
    }
    say = Wording(made_up.head(Kind.STATEMENT, ""))
    for event in set(Event) - never_theirs:
        move = Move(on=date(2026, 11, 2), event=event, numbers=("INV-1",), detail="", minor=1)
        assert move_words(say, move)


def test_the_customer_is_not_told_that_a_debt_was_given_up():
    say = Wording(made_up.head(Kind.STATEMENT, ""))
    move = Move(on=date(2026, 11, 2), event=Event.BAD_DEBT, numbers=("INV-1",), detail="", minor=1)

    assert move_words(say, move) == "INV-1 closed"


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("INV-00042", "invoice-INV-00042.pdf"),
        ('a"; x="../../etc\r\nSet-Cookie: y', "invoice-a-x-..-..-etc-Set-Cookie-y.pdf"),
        ("発/7", "invoice--7.pdf"),
        ("9" * 500, f"invoice-{'9' * 52}.pdf"),
    ],
)
def test_at59_a_file_is_named_plainly(number: str, name: str):
    assert file_name(Kind.INVOICE, number) == name


def test_the_code_is_a_picture_with_its_quiet_frame():
    drawn = code("https://a.example/x")

    assert drawn.startswith("<svg")
    assert 'viewBox="0 0 33 33"' in drawn


def test_what_is_brought_along_is_small_and_has_its_licence():
    assert sum(path.stat().st_size for path in FONTS.iterdir()) < 3 * 1024 * 1024
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text()
