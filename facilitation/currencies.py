"""Currencies as people write them: signs and codes."""

from __future__ import annotations

SYMBOLS = {"US$": "USD", "A$": "AUD", "C$": "CAD", "R$": "BRL", "NZ$": "NZD", "HK$": "HKD", "S$": "SGD"}
SYMBOLS |= {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW"}
SYMBOLS |= {"₪": "ILS", "₫": "VND", "₱": "PHP", "₦": "NGN", "₴": "UAH", "zł": "PLN", "Kč": "CZK"}
PREFIXED = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
CODES = frozenset(
    [
        "USD",
        "EUR",
        "GBP",
        "JPY",
        "INR",
        "CHF",
        "SEK",
        "NOK",
        "DKK",
        "PLN",
        "CZK",
        "HUF",
        "RON",
        "BGN",
        "RUB",
        "UAH",
        "TRY",
        "CNY",
        "KRW",
        "HKD",
        "SGD",
        "AUD",
        "NZD",
        "CAD",
        "BRL",
        "MXN",
        "ARS",
        "CLP",
        "COP",
        "PEN",
        "ZAR",
        "NGN",
        "KES",
        "EGP",
        "MAD",
        "ILS",
        "AED",
        "SAR",
        "QAR",
        "THB",
        "VND",
        "IDR",
        "MYR",
        "PHP",
        "TWD",
        "PKR",
        "BDT",
        "LKR",
        "ISK",
        "GEL",
        "KZT",
    ]
)
