"""What a person and the passing of time do at the sandbox: pay on its page, and let days go by."""

import json
import time
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

ANSWERS_WITHIN = 20.0  # seconds
GOOD = "4242424242424242"


def now_there(base: str) -> float:
    """Return the sandbox's moment, in seconds since 1970, once it answers. Raises OSError when it does not."""
    until = time.monotonic() + ANSWERS_WITHIN
    while True:
        try:
            return advance(base, seconds=0)
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def advance(base: str, *, seconds: int) -> float:
    """Let time go by, with all that it brings; return the moment it is then."""
    return float(json.loads(_post(f"{base}/sandbox/advance?seconds={seconds}"))["now"])


def pay(page: str, card: str = GOOD) -> None:
    """Press Pay on a hosted page, and answer what the card's bank asks."""
    _post(page, card=card, action="pay")
    _post(f"{page}/challenge", action="complete")


def change_card(base: str, subscription: str, card: str) -> None:
    """Have another card pay from now on."""
    _post(f"{base}/sandbox/card/{subscription}?number={card}")


def _post(url: str, **words: str) -> bytes:
    to = urlsplit(url)
    line = HTTPConnection(to.hostname or "", to.port, timeout=ANSWERS_WITHIN)
    try:
        line.request(
            "POST",
            f"{to.path}?{to.query}",
            urlencode(words),
            {"Content-Type": "application/x-www-form-urlencoded"},
        )
        return line.getresponse().read()
    finally:
        line.close()
