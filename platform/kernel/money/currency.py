"""Currencies Waystation takes, with the number of decimals of ISO 4217."""

# Source: ISO 4217 list one, minor units. What a payment provider wants instead is the gateway's business.
_EXPONENTS = {
    "AUD": 2, "BGN": 2, "BRL": 2, "CAD": 2, "CHF": 2, "CZK": 2, "DKK": 2, "EUR": 2, "GBP": 2, "GEL": 2, "HUF": 2,
    "ISK": 0, "JPY": 0, "KWD": 3, "NOK": 2, "NZD": 2, "PLN": 2, "RON": 2, "SEK": 2, "TRY": 2, "UAH": 2, "UGX": 0,
    "USD": 2,
}  # fmt: skip

CURRENCIES = tuple(_EXPONENTS)


def exponent(currency: str) -> int:
    """Return the number of decimals of `currency` (0, 2 or 3). Raises ValueError for one that is not taken."""
    try:
        return _EXPONENTS[currency]
    except KeyError:
        raise ValueError(f"{currency!r} is not a currency taken here; use one of {', '.join(CURRENCIES)}.") from None
