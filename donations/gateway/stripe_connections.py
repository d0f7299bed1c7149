"""The connections to Stripe, kept open: the SDK's HTTP client over urllib3 itself.

The SDK's own goes through requests, which takes longer to prepare a question than to send it. And it lets any number
of threads wait for a Stripe that hangs, until none is left for whoever offers a room.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import stripe
import urllib3
from urllib3.util import parse_url

from donations.gateway.looking import Lookup

# questions of this process at once: a Stripe that hangs holds half of a web server's threads, and the others go on
AT_ONCE = 4
PATIENCE = 2.0  # seconds that a thread waits until another has had its answer


class StripeConnections(stripe.HTTPClient):
    """Asks Stripe at `base`; waits `connect` seconds to be let in and `read` for each part of an answer.

    A proxy is read from the environment here, and not at every request. A redirect is an answer like any other: our key
    goes nowhere else.
    """

    name = "urllib3"

    def __init__(self, base: str, *, connect: float, read: float, headers: Mapping[str, str] | None = None) -> None:
        super().__init__()
        settings: dict[str, Any] = {
            "maxsize": AT_ONCE,
            "timeout": urllib3.Timeout(connect=connect, read=read),
            "retries": False,  # the SDK knows what may be asked again
            "cert_reqs": "CERT_REQUIRED",
            "ca_certs": stripe.ca_bundle_path,
        }
        self._places = BoundedSemaphore(AT_ONCE)
        proxy = _proxy_for(base)
        self._pool = _through(proxy, settings) if proxy else urllib3.PoolManager(**settings)
        at = urlsplit(base)
        direct = not proxy and at.scheme in ("https", "http") and at.hostname
        self._lookup = Lookup(base, headers or {}, connect=connect, read=read) if direct else None

    def find(self, object_id: str, path: str) -> dict[str, Any] | None:
        """Return the object at `path` if it is simply there, asked for with the headers given at the beginning.

        None says nothing: ask the SDK. Raises stripe.APIConnectionError when too many questions wait.
        """
        if self._lookup is None:
            return None
        with self._place():
            return self._lookup.find(object_id, path)

    def request(  # type: ignore[override]  # bytes, as the SDK's own client returns
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: str | bytes | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Return body, status and headers of an answer. Raises stripe.APIConnectionError when there is none."""
        asked = {"Accept-Encoding": "gzip, deflate", **(headers or {})}
        with self._place():
            try:
                answer = self._pool.urlopen(method.upper(), url, headers=asked, body=post_data, redirect=False)
            except urllib3.exceptions.HTTPError as error:
                again = isinstance(error, _PASSING) and not isinstance(error, urllib3.exceptions.SSLError)
                raise _unanswered(type(error).__name__, again=again) from error
        return answer.data, answer.status, answer.headers

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Hold one of the few places of those who ask, for the block."""
        if not self._places.acquire(timeout=PATIENCE):
            raise _unanswered("too many questions wait for an answer", again=False)
        try:
            yield
        finally:
            self._places.release()

    def close(self) -> None:
        """Let go of all connections."""
        self._pool.clear()
        if self._lookup is not None:
            self._lookup.close()


_PASSING = (urllib3.exceptions.TimeoutError, urllib3.exceptions.ProtocolError, urllib3.exceptions.ProxyError)


def _unanswered(why: str, *, again: bool) -> stripe.APIConnectionError:
    """Return the SDK's error; `again`: whether it may ask once more."""
    return stripe.APIConnectionError(why, should_retry=again)  # type: ignore[no-untyped-call]


def _proxy_for(base: str) -> str:
    """Return the proxy that the environment names for this address, or nothing."""
    at, known = urlsplit(base), getproxies()
    proxy = "" if proxy_bypass(at.hostname or "") else known.get(at.scheme) or known.get("all") or ""
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def _through(proxy: str, settings: Mapping[str, Any]) -> urllib3.ProxyManager:
    name = parse_url(proxy).auth
    words = urllib3.make_headers(proxy_basic_auth=unquote(name)) if name else None
    return urllib3.ProxyManager(proxy, proxy_headers=words, **settings)
