"""What all pages of the simulated Stripe are made of: plain HTML that works without scripts."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from starlette.responses import HTMLResponse, RedirectResponse, Response

from billing_app.kernel.amounts import read_amount
from billing_app.kernel.errors import Invalid
from billing_app.kernel.money import Money
from billing_app.simulated_stripe.desk import Obj
from billing_app.simulated_stripe.money import read_currency
from billing_app.simulated_stripe.refusals import Refusal

_LARGEST = 99_999_999
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} · Simulated Stripe</title>
<link rel="stylesheet" href="{base}/simulated.css">
</head>
<body>
<header class="banner"><strong>Simulated.</strong> This page stands in for Stripe. No real money
moves here.</header>
<main{wide}>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""

STYLES = """
:root {
  color-scheme: light dark;
  --ground: light-dark(#f7f7f9, #0e0f13);
  --surface: light-dark(#ffffff, #16181e);
  --line: light-dark(#858a99, #747b8c);
  --ink: light-dark(#14161d, #f0f1f5);
  --soft: light-dark(#474c5b, #b9becb);
  --accent: light-dark(#2a4bd0, #4464ea);
  --link: light-dark(#2543bd, #a3b5ff);
  --warn: light-dark(#fdf1dc, #352610);
  --warn-ink: light-dark(#704306, #f3bf6b);
  --bad: light-dark(#fdebe9, #3b1816);
  --bad-ink: light-dark(#a3221b, #ffa39b);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
.banner { margin: 0; padding: 0.5rem 1rem; background: var(--warn); color: var(--warn-ink);
  text-align: center; }
main { max-width: 34rem; margin: 1rem auto; padding: 0 1rem 3rem; }
main.wide { max-width: 62rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { font-size: 1.125rem; margin: 2rem 0 0.5rem; }
fieldset { margin: 1rem 0; padding: 0.75rem 1rem; border: 1px solid var(--line);
  border-radius: 0.5rem; background: var(--surface); }
legend { font-weight: 600; padding: 0 0.25rem; }
label { display: block; margin: 0.5rem 0; }
label.row { display: flex; gap: 0.5rem; align-items: baseline; }
input:not([type=radio], [type=checkbox]), select { display: block; width: 100%;
  min-height: 2.75rem; padding: 0.5rem; font: inherit; color: inherit;
  background: var(--surface); border: 1px solid var(--line); border-radius: 0.375rem; }
button { min-height: 2.75rem; padding: 0.5rem 1rem; font: inherit; font-weight: 600;
  color: #ffffff; background: var(--accent); border: 0; border-radius: 0.375rem; }
button.plain { color: var(--link); background: none; border: 1px solid var(--line); }
form.line { display: inline-block; margin: 0 0.25rem 0.25rem 0; }
button.pay { width: 100%; }
a { color: var(--link); }
.back { display: inline-block; padding: 0.625rem 0; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.alert { padding: 0.75rem 1rem; border-radius: 0.5rem; background: var(--bad);
  color: var(--bad-ink); }
.done { padding: 0.75rem 1rem; border: 1px solid var(--line); border-radius: 0.5rem;
  background: var(--surface); }
.soft { color: var(--soft); }
dl { display: grid; grid-template-columns: auto 1fr; gap: 0.25rem 1rem; margin: 1rem 0; }
dt { color: var(--soft); }
dd { margin: 0; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.875rem; overflow-wrap: normal; }
th, td { padding: 0.375rem 0.5rem; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); }
@media (max-width: 48rem) {
  thead { display: none; }
  table, tbody, tr, td { display: block; }
  tr { margin: 0.5rem 0; border: 1px solid var(--line); border-radius: 0.5rem;
    background: var(--surface); }
  td { border: 0; overflow-wrap: anywhere; }
  td:empty { display: none; }
  td[data-name]::before { content: attr(data-name) ": "; color: var(--soft); }
}
"""


def page(
    base: str, title: str, body: str, *, status: int = 200, wide: bool = False, leads: str = ""
) -> Response:
    """A whole page. ``leads`` is where its form may end up, besides here."""
    html = _PAGE.format(
        title=escape(title), body=body, base=escape(base), wide=' class="wide"' if wide else ""
    )
    return HTMLResponse(html, status, headers=_headers(leads))


def gone_to(url: str) -> Response:
    """Lead the browser on after a form."""
    return RedirectResponse(url, 303, headers={"Cache-Control": "no-store"})


def amount(minor: int, currency: str) -> str:
    """An amount for people."""
    return str(Money(minor, currency.upper()))


def typed_amount(said: str, currency: str) -> int:
    """An amount that a person typed, in the currency's own units: ``250.00``."""
    try:
        money = read_amount(said, read_currency(currency.strip()).upper(), "en").money
    except Invalid as refused:
        raise Refusal(f"{refused} Nothing arrived.", param="amount") from None
    if money.minor > _LARGEST:
        raise Refusal("This is more than can arrive at once. Nothing arrived.", param="amount")
    return money.minor


def field_amount(minor: int, currency: str) -> str:
    """An amount as it stands in a field, without its currency."""
    return amount(minor, currency).rpartition(" ")[2]


def alert(sentence: str) -> str:
    """What went wrong, for everybody to notice."""
    return f'<p class="alert" role="alert">{escape(sentence)}</p>' if sentence else ""


def facts(pairs: dict[str, str]) -> str:
    """Names and what they stand for."""
    rows = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(said)}</dd>" for name, said in pairs.items()
    )
    return f"<dl>{rows}</dl>"


def link(url: str | None, words: str) -> str:
    """A way out. Only web addresses are ever linked to."""
    if not url or urlsplit(url).scheme not in {"http", "https"}:
        return ""
    return f'<a class="back" href="{escape(url)}">{escape(words)}</a>'


def method_words(method: Obj) -> str:
    """A method as its owner knows it, saved or charged."""
    details = method[method["type"]]
    if method["type"] == "customer_balance":
        return "Bank transfer"
    name = details.get("brand") or method["type"].replace("_", " ")
    return f"{name.capitalize()} ending in {details.get('last4', '')}"


def _headers(leads: str) -> dict[str, str]:
    parts = urlsplit(leads)
    also = f" {parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} else ""
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none';"
        f" frame-ancestors 'none'; form-action 'self'{also}",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }
