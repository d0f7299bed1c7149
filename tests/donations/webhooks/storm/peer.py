"""What the storm asks of the sandbox beyond paying: its API as somebody else's program would use it, and its books."""

from collections.abc import Iterator
from typing import Any

import requests

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
