"""What the storm asks of the sandbox beyond paying: its API as somebody else's program would use it, and its books."""

from collections.abc import Iterator
from typing import Any

import requests

from donations.models import Donation
from tests.sandbox_server import SandboxPeer

DONOR = {"email": "zz-donor-canary@example.org", "name": "Zz Donorcanary"}


class Peer:
    """A sandbox, as a donor and as a finance officer at Stripe's dashboard meet it."""

    def __init__(self, sandbox: SandboxPeer) -> None:
        self.sandbox = sandbox
        self._http = requests.Session()
        self._http.headers["Authorization"] = f"Bearer {sandbox.api_key}"

    def pay(self, checkout_url: str, card: str) -> None:
        """Type a card, a name and an address, and press Pay."""
        self.sandbox.pay(checkout_url, card=card, **DONOR)

    def post(self, path: str, **words: Any) -> dict[str, Any]:
        """Do something at Stripe itself, past our own program."""
        answer = self._http.post(f"{self.sandbox.url}/v1/{path}", data=words, timeout=60)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def dispute(self, donation: Donation, **words: Any) -> str:
        """Let a bank dispute a gift, unless its card has had that done already; return the open dispute's id."""
        for known in self.get("disputes", payment_intent=donation.payment_intent)["data"]:
            return str(known["id"])
        asked = {name: value for name, value in words.items() if value is not None}
        return str(self.sandbox.control("POST", f"dispute/{donation.payment_intent}", **asked)["id"])

    def pay_out(self) -> list[str]:
        """Send a payout in each currency in which there is something left; return their ids."""
        sent = []
        for currency in self.sandbox.control("GET", "books")["balances"]:
            words = {"currency": currency, "pending": 1}
            answer = self._http.post(f"{self.sandbox.url}/sandbox/payout", params=words, timeout=60)
            if answer.status_code == 200:
                sent.append(str(answer.json()["id"]))
            else:
                assert answer.json()["error"]["code"] == "balance_insufficient", answer.text
        return sent

    def settle(self) -> None:
        """Let the banks decide all that they have before them."""
        while self.sandbox.control("POST", "settle")["settled"]:
            pass

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        """Read one object or a page of a list."""
        answer = self._http.get(f"{self.sandbox.url}/v1/{path}", params=query, timeout=60)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def everything(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield all objects of a list, page by page."""
        after: dict[str, str] = {}
        while True:
            page = self.get(path, limit=100, **after)
            yield from page["data"]
            if not page["has_more"]:
                return
            after = {"starting_after": page["data"][-1]["id"]}
