"""An organisation's program: it gets a token and calls the API over HTTP."""

from typing import Any
from uuid import uuid4

import requests

from tests.journeys.world import Demo

PATIENCE = 15  # seconds


class Program:
    """A client of the API, with the token of one organisation of the demo."""

    def __init__(self, demo: Demo, which: str) -> None:
        us = demo.organisation(which)
        self.root = f"{demo.base_url}/api/v1"
        self.session = requests.Session()
        token = self.session.post(
            f"{demo.base_url}/oauth/token/",
            data={"grant_type": "client_credentials", "scope": " ".join(us["scopes"])},
            auth=(us["client_id"], us["client_secret"]),
            timeout=PATIENCE,
        )
        assert token.status_code == 200, token.text
        self.session.headers["Authorization"] = f"Bearer {token.json()['access_token']}"

    def get(self, path: str, **parameters: str) -> Any:
        """The JSON behind a path that is there."""
        answer = self.session.get(f"{self.root}/{path}", params=parameters, timeout=PATIENCE)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def status(self, path: str) -> int:
        """How a GET of a path is answered."""
        return self.session.get(f"{self.root}/{path}", timeout=PATIENCE).status_code

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The JSON that answers a deed that was done."""
        answer = self._post(path, body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def refused(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """The problem that answers a deed that was not done."""
        answer = self._post(path, body)
        assert answer.status_code >= 400, answer.text
        return answer.json()

    def _post(self, path: str, body: dict[str, Any] | None) -> requests.Response:
        return self.session.post(
            f"{self.root}/{path}", json=body or {}, headers={"Idempotency-Key": uuid4().hex}, timeout=PATIENCE
        )

    def close(self) -> None:
        """Let go of the connections."""
        self.session.close()
