"""The connections to Stripe, kept open: the SDK's HTTP client over urllib3 itself.

The SDK's own goes through requests, which takes longer to prepare a question than to send it.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import stripe
import urllib3
from urllib3.util import parse_url

AT_MOST = 10  # connections that are kept; a thread more opens one for itself


class StripeConnections(stripe.HTTPClient):
    """Asks Stripe at `base`; waits `connect` seconds to be let in and `read` for each part of an answer.

    A proxy is read from the environment here, and not at every request. A redirect is an answer like any other: our key
    goes nowhere else.
    """

    name = "urllib3"

    def __init__(self, base: str, *, connect: float, read: float) -> None:
        super().__init__()
        settings: dict[str, Any] = {
            "maxsize": AT_MOST,
            "timeout": urllib3.Timeout(connect=connect, read=read),
            "retries": False,  # the SDK knows what may be asked again
            "cert_reqs": "CERT_REQUIRED",
            "ca_certs": stripe.ca_bundle_path,
        }
        proxy = _proxy_for(base)
        self._pool = _through(proxy, settings) if proxy else urllib3.PoolManager(**settings)

    def request(  # type: ignore[override]  # bytes, as the SDK's own client returns
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: str | bytes | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Return body, status and headers of an answer. Raises stripe.APIConnectionError when there is none."""
        asked = {"Accept-Encoding": "gzip, deflate", **(headers or {})}
        try:
            answer = self._pool.urlopen(method.upper(), url, headers=asked, body=post_data, redirect=False)
        except urllib3.exceptions.HTTPError as error:
            again = isinstance(error, _PASSING) and not isinstance(error, urllib3.exceptions.SSLError)
            said = type(error).__name__
            raise stripe.APIConnectionError(said, should_retry=again) from error  # type: ignore[no-untyped-call]
        return answer.data, answer.status, answer.headers

    def close(self) -> None:
        """Let go of all connections."""
        self._pool.clear()


_PASSING = (urllib3.exceptions.TimeoutError, urllib3.exceptions.ProtocolError, urllib3.exceptions.ProxyError)


def _proxy_for(base: str) -> str:
    """Return the proxy that the environment names for this address, or nothing."""
    at, known = urlsplit(base), getproxies()
    proxy = "" if proxy_bypass(at.hostname or "") else known.get(at.scheme) or known.get("all") or ""
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def _through(proxy: str, settings: Mapping[str, Any]) -> urllib3.ProxyManager:
    name = parse_url(proxy).auth
    words = urllib3.make_headers(proxy_basic_auth=unquote(name)) if name else None
    return urllib3.ProxyManager(proxy, proxy_headers=words, **settings)
