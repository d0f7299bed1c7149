"""The days of an offer that are promised, as an iCalendar (RFC 5545). Whoever reads it learns of days, and no more.

Written by hand: six lines an event, no repetition, no time of day, no time zone. A library would be the larger risk,
for it would put its own name and the moment of writing into every file.
"""

import base64
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from offers.matching.models import Hold
from offers.pledges.calendar_link.deeds import secret_of
from offers.pledges.calendar_link.models import CalendarLink

_LONGEST = 75  # octets of a line, without its end
# a calendar holds one component at least, and an offer that nobody comes to has no event
_NOTHING = (
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def calendar_of(link: CalendarLink, *, at: datetime) -> bytes:
    """Return the calendar behind an address: an all-day event for each live match, in the language of the page.

    Each event has its days and a word. Its UID is the same each time, and another behind another address, so that two
    addresses of one offer cannot be laid side by side. The moment on it is the day of reading, which says nothing.
    """
    held = Hold.objects.filter(pledge=link.pledge_id, live=True).values_list("match_id", "starts_on", "ends_on")
    events = [
        line
        for match_id, starts_on, ends_on in held.distinct().order_by("starts_on", "ends_on", "match_id")
        for line in _event(_uid(link, match_id), starts_on, ends_on, today=at.date())
    ]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Days//EN", *(events or _NOTHING), "END:VCALENDAR"]
    return written(lines)


def written(lines: Iterable[str]) -> bytes:
    """Return content lines as octets: folded, so that none is longer than 75, and each ended with CRLF."""
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line.encode()))


def escaped(text: str) -> str:
    """Return a text as a value of type TEXT."""
    for mark in "\\;,":
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: bytes) -> Iterator[bytes]:
    """Cut a line where a character begins; what follows begins with a space."""
    lead = b""
    while len(lead) + len(line) > _LONGEST:
        cut = _LONGEST - len(lead)
        while line[cut] & 0xC0 == 0x80:  # the middle of a character
            cut -= 1
        yield lead + line[:cut]
        line, lead = line[cut:], b" "
    yield lead + line


def _uid(link: CalendarLink, match_id: str) -> str:
    bound = salted_hmac(secret_of(link, "events"), match_id, algorithm="sha256")
    return base64.b32encode(bound.digest()[:20]).decode().lower()


def _event(uid: str, starts_on: date, ends_on: date, *, today: date) -> Iterator[str]:
    """Yield the lines of one event; its end is the day it is over, as ours is."""
    yield "BEGIN:VEVENT"
    yield f"UID:{uid}"
    yield f"DTSTAMP:{today:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{starts_on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{ends_on:%Y%m%d}"
    yield f"SUMMARY:{escaped(gettext('Reserved'))}"
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"
