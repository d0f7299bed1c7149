"""What one sandbox was started with."""

from dataclasses import dataclass
from pathlib import Path

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Config:
    """`public_url` has no trailing slash. `payloads`: thin, snapshot or both. No `webhook_url`: nothing is delivered.

    `api_key` "" accepts any sk_test_ or rk_test_ key. `settle_after`: seconds until a bank debit or a slow refund ends;
    `book_after`: until a payment has its balance transaction, as with Stripe's asynchronous capture. `behind`: days by
    which the time of a state that is new lies back.
    """

    state: Path
    public_url: str
    webhook_url: str = ""
    webhook_secret: str = ""
    payloads: tuple[str, ...] = ("thin",)
    event_types: tuple[str, ...] = ("*",)
    api_key: str = ""
    settle_after: float = 2.0
    book_after: float = 0.0
    behind: int = 0
