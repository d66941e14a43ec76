"""The currencies of ISO 4217, and how many decimals each has.

Our own table, because the tables of formatting libraries follow custom, not ISO: they show
a Lebanese pound without its piastres. A payment provider's idea of decimals is the
provider's and lives at its gateway.
"""

from __future__ import annotations

from billing_app.kernel.errors import Invalid

_USUAL = 2
_UNUSUAL = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_TWO_DECIMALS = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD "
    "CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP "
    "GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD "
    "LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB "
    "PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC "
    "SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG"
)
_EXPONENTS = dict.fromkeys(_TWO_DECIMALS.split(), _USUAL) | {
    code: decimals for decimals, codes in _UNUSUAL.items() for code in codes.split()
}

CURRENCIES = tuple(sorted(_EXPONENTS))
"""Every code there is, for a list to choose from."""


def is_currency(code: str) -> bool:
    """Whether this is a currency, spelled as ISO spells it."""
    return code in _EXPONENTS


def exponent(code: str) -> int:
    """How many decimals the currency has: 2 for AUD, 0 for JPY, 3 for KWD."""
    try:
        return _EXPONENTS[code]
    except KeyError:
        raise Invalid(
            "Choose a currency by its three letters, such as AUD.", field="currency"
        ) from None


def read_currency(typed: str, *, field: str = "currency") -> str:
    """The code of the currency somebody typed, in whichever case."""
    code = typed.strip().upper()
    if not is_currency(code):
        raise Invalid("Choose a currency by its three letters, such as AUD.", field=field)
    return code
