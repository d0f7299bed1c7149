"""The word of a private link in an address."""

from offers.pledges.calendar_link.deeds import WORD
from offers.pledges.links import TOKEN


class TokenConverter:
    """Lets through what has the shape of a link's word; whether it leads anywhere is the page's question."""

    regex = TOKEN

    def to_python(self, value: str) -> str:
        """Return the word as it is."""
        return value

    def to_url(self, value: str) -> str:
        """Return the word as it is."""
        return value


class CalendarConverter(TokenConverter):
    """The same for the word of a calendar address."""

    regex = WORD
