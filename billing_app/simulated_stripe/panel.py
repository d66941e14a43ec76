"""The panel: moods, the clock, and what a bank or a payer does of their own accord."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from html import escape

from starlette.responses import Response

from billing_app.kernel.clock import clock
from billing_app.simulated_stripe import disputes, moods, refunds, transfers
from billing_app.simulated_stripe.desk import Desk, Obj
from billing_app.simulated_stripe.instruments import TRANSFERS_OF
from billing_app.simulated_stripe.money import read_currency
from billing_app.simulated_stripe.pages import amount, method_words, page, typed_amount
from billing_app.simulated_stripe.refusals import Refusal

Form = Mapping[str, str]

_MOST_SHOWN = 20
_MOST_OFFERED = 200
_MONEY = ("Amount", "Customer", "For", "Paid with", "State", "Act", "Id")
_DISPUTED = ("Amount", "Customer", "For", "State", "Act", "Id")
_NEWS = ("Event", "Type", "Delivery", "Act")
_ASKED = ("Method", "Path", "Status", "Key")
_STEPS = {"1 hour": 1, "1 day": 24, "1 week": 168, "31 days": 744}
_LONGEST_STEP_H = 24 * 400


def panel(desk: Desk) -> Response:
    """Everything that can be brought about, and what has happened."""
    base = desk.place.base
    parts = (_clock(base), _moods(desk), _payments(desk), _disputes(desk), _news(desk),
             _requests(desk))  # fmt: skip
    return page(base, "Panel", "\n".join(parts), wide=True)


def act(desk: Desk, what: str, form: Form) -> None:
    """Do what a button of the panel says."""
    found = _ACTS.get(what)
    if found is None:
        raise Refusal("The panel has no such button.", status=404)
    found(desk, form)


def advance(form: Form) -> None:
    """Let time pass for the whole demo, here and after its next start."""
    hours = _whole(form.get("hours", ""), most=_LONGEST_STEP_H)
    clock.pass_time(timedelta(hours=hours))


def _set_mood(desk: Desk, form: Form) -> None:
    name = form.get("name", "")
    if name not in moods.EVERY:
        raise Refusal(f"There is no mood named {name}.", param="name")
    moods.set_mood(
        desk,
        name,
        about=form.get("about", "").strip(),
        value=_whole(form.get("value", "") or "0", most=1_000_000),
        times=moods.FOREVER if form.get("times") == "forever" else _whole(
            form.get("times", "") or "1", most=1_000_000),
    )  # fmt: skip


def _dispute(desk: Desk, form: Form) -> None:
    disputes.open_dispute(desk, desk.get("charge", form.get("id", ""), "charge"))


def _decide(desk: Desk, form: Form) -> None:
    dispute = desk.get("dispute", form.get("id", ""), "dispute")
    disputes.end_dispute(desk, dispute, won=form.get("won") == "yes")


def _fail_refund(desk: Desk, form: Form) -> None:
    refunds.fail_refund(desk, desk.get("refund", form.get("id", ""), "refund"))


def _transfer(desk: Desk, form: Form) -> None:
    customer = desk.get("customer", form.get("customer", ""), "customer")
    currency = read_currency(form.get("currency", "").strip())
    if currency not in TRANSFERS_OF:
        raise Refusal(f"No transfer can arrive in {currency.upper()}.", param="currency")
    sum_ = typed_amount(form.get("amount", ""), currency)
    transfers.arrive(desk, customer, sum_, currency, form.get("reference") or None)


def _send_again(desk: Desk, form: Form) -> None:
    event = desk.get("event", form.get("id", ""), "event")
    desk.connection.execute(
        "UPDATE deliveries SET outcome = '', due_at = ?, tries = 0, manner = '' WHERE event = ?",
        (desk.now, event["id"]),
    )


_ACTS: dict[str, Callable[[Desk, Form], None]] = {
    "mood": _set_mood,
    "calm": lambda desk, _: moods.calm(desk),
    "dispute": _dispute,
    "decide": _decide,
    "fail-refund": _fail_refund,
    "transfer": _transfer,
    "send-again": _send_again,
}


def _clock(base: str) -> str:
    buttons = "".join(
        _button(base, "advance", f"Let {words} pass", hours=str(hours))
        for words, hours in _STEPS.items()
    )
    return (
        f"<h2>The clock</h2><p>It is {clock.now():%A %d %B %Y, %H:%M} UTC here."
        " It never runs back.</p>" + buttons
    )


def _moods(desk: Desk) -> str:
    base = escape(desk.place.base)
    options = "".join(
        f'<option value="{name}">{name.replace("_", " ")}: {escape(says)}</option>'
        for name, says in moods.EVERY.items()
    )
    rows = [
        (mood.name, mood.about or "everything that changes something", str(mood.value),
         "until calmed" if mood.times == moods.FOREVER else f"{mood.times} more")
        for mood in moods.standing(desk)
    ]  # fmt: skip
    stand = _table("Moods that stand", ("Mood", "About", "Value", "Stands"), rows)
    return f"""<h2>Moods</h2>
<form method="post" action="{base}/panel/mood">
<label>Mood<select name="name">{options}</select></label>
<label>About, such as POST /v1/refunds* or charge.*<input name="about"></label>
<label>Seconds or copies<input name="value" inputmode="numeric"></label>
<label>How many times, or forever<input name="times" value="1"></label>
<button>Set</button></form>
{stand}{_button(desk.place.base, "calm", "Calm all")}"""


def _payments(desk: Desk) -> str:
    rows = []
    for charge in _newest(desk, "charge"):
        button = _button(desk.place.base, "dispute", "Dispute", id=charge["id"])
        paid_with = method_words(charge["payment_method_details"])
        rows.append((_sum(charge), *_about(desk, charge), paid_with, charge["status"],
                     _raw(button), charge["id"]))  # fmt: skip
    for refund in _newest(desk, "refund"):
        button = _button(desk.place.base, "fail-refund", "Have it fail", id=refund["id"])
        charge = desk.look("charge", refund["charge"]) or {}
        rows.append((_sum(refund), *_about(desk, charge), "A refund", refund["status"],
                     _raw(button), refund["id"]))  # fmt: skip
    table = _table("Charges and refunds", _MONEY, rows)
    return f"<h2>Charges and refunds</h2>{table}{_sending(desk)}"


def _about(desk: Desk, charge: Obj) -> tuple[str, str]:
    """Whose money it was, and what for."""
    customer = desk.look("customer", charge.get("customer")) or {}
    typed = charge.get("billing_details") or {}
    who = customer.get("name") or typed.get("name") or typed.get("email") or "Not named"
    return str(who), str(charge.get("description") or "")


def _sending(desk: Desk) -> str:
    """The form by which somebody sends money who was told an account."""
    told = {one["customer"]: one["description"] for one in desk.all("payment_intent")
            if "_transfer" in one}  # fmt: skip
    payers = "".join(
        f'<option value="{escape(each["id"])}">{escape(_payer_words(each, told))}</option>'
        for each in _with_account(desk, told)
    )
    if not payers:
        return (
            '<p class="soft">Nobody was told an account for bank transfers yet. Choose a bank'
            " transfer behind a pay link in EUR or USD, and its payer is offered here.</p>"
        )
    currencies = "".join(f"<option>{currency.upper()}</option>" for currency in TRANSFERS_OF)
    base = escape(desk.place.base)
    return f"""<form method="post" action="{base}/panel/transfer">
<label>A transfer arrives from<select name="customer">{payers}</select></label>
<label>Amount, such as 250.00<input name="amount" inputmode="decimal" required></label>
<label>Currency<select name="currency">{currencies}</select></label>
<label>Reference<input name="reference"></label><button>Have it arrive</button></form>"""


def _with_account(desk: Desk, told: Mapping[str, str | None]) -> list[Obj]:
    """Who may send money: those who were told where to, and those who did already."""
    known = [one for one in desk.all("customer") if not one.get("deleted")]
    return [one for one in known[::-1] if one["id"] in told or one["_cash"]][:_MOST_OFFERED]


def _payer_words(customer: Obj, told: Mapping[str, str | None]) -> str:
    """A payer by name; one who gave none by what they were told the account for."""
    named = customer.get("name") or customer.get("email") or told.get(customer["id"]) or "Not named"
    return f"{named} ({customer['id']})"


def _disputes(desk: Desk) -> str:
    rows = []
    for one in _newest(desk, "dispute"):
        buttons = _button(desk.place.base, "decide", "Won", id=one["id"], won="yes")
        buttons += _button(desk.place.base, "decide", "Lost", id=one["id"], won="no")
        charge = desk.look("charge", one["charge"]) or {}
        rows.append((_sum(one), *_about(desk, charge), one["status"], _raw(buttons), one["id"]))
    return f"<h2>Disputes</h2>{_table('Disputes', _DISPUTED, rows)}"


def _news(desk: Desk) -> str:
    found = desk.connection.execute(
        "SELECT event, tries, outcome FROM deliveries ORDER BY seq DESC LIMIT ?", (_MOST_SHOWN,)
    ).fetchall()
    rows = [
        (
            row["event"],
            (desk.any(row["event"]) or {}).get("type", ""),
            f"{row['outcome'] or 'waiting'}, {row['tries']} tries",
            _raw(_button(desk.place.base, "send-again", "Send again", id=row["event"])),
        )
        for row in found
    ]
    return f"<h2>Webhooks</h2>{_table('Webhooks', _NEWS, rows)}"


def _requests(desk: Desk) -> str:
    found = desk.connection.execute(
        "SELECT method, path, status, key FROM requests ORDER BY seq DESC LIMIT ?", (_MOST_SHOWN,)
    ).fetchall()
    rows = [(row["method"], row["path"], str(row["status"]), row["key"]) for row in found]
    return f"<h2>Requests</h2>{_table('Requests', _ASKED, rows)}"


class _Raw(str):
    """Text that is HTML already."""


def _raw(html: str) -> _Raw:
    return _Raw(html)


def _table(name: str, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return '<p class="soft">None.</p>'
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(
        "<tr>" + "".join(_cell(name, cell) for name, cell in zip(heads, row, strict=True)) + "</tr>"
        for row in rows
    )
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="'
        f'{escape(name)}"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(head: str, cell: str) -> str:
    """A cell, which knows the name of its column for where there is no room for columns."""
    shown = cell if isinstance(cell, _Raw) else escape(cell)
    return f'<td data-name="{escape(head)}">{shown}</td>'


def _button(base: str, what: str, words: str, **fields: str) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    return (
        f'<form class="line" method="post" action="{escape(base)}/panel/{what}">{hidden}'
        f'<button class="plain">{escape(words)}</button></form>'
    )


def _newest(desk: Desk, kind: str) -> list[Obj]:
    return desk.page(kind, "ORDER BY seq DESC", [], _MOST_SHOWN)


def _sum(obj: Obj) -> str:
    return amount(obj["amount"], obj["currency"])


def _whole(said: str, *, most: int) -> int:
    if not (said.isascii() and said.isdigit() and len(said) < 10 and int(said) <= most):
        raise Refusal(f"Please give a whole number up to {most}.")
    return int(said)
