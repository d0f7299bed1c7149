"""The ways in which words may lie in a file."""

import base64
import json
from collections.abc import Iterator
from functools import cache
from urllib.parse import quote, quote_plus

SHORTEST = 6  # bytes; less is found anywhere by chance


def _codings(plain: str) -> Iterator[bytes]:
    raw = plain.encode()
    yield raw
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    yield plain.encode("utf-16-le")
    yield plain.encode("unicode_escape")
    yield json.dumps(plain)[1:-1].encode()
    yield quote(plain).encode()
    yield quote_plus(plain).encode()
    for shift in range(3):  # base64 of it wherever it begins; the ends depend on what stands around it
        for coded in (base64.b64encode(b"\0" * shift + raw), base64.urlsafe_b64encode(b"\0" * shift + raw)):
            yield coded[4:-4]


@cache
def spellings(text: str) -> frozenset[bytes]:
    """Return the spellings of a text: as it is, in other case, backwards, in hexadecimal, escaped, in base64."""
    plains = {text, text.lower(), text.upper(), text.casefold(), text[::-1]}
    return frozenset(coded for plain in plains for coded in _codings(plain) if len(coded) >= SHORTEST)
