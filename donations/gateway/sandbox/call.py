"""What an API handler is given."""

from dataclasses import dataclass

from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.store import Json, Tx


@dataclass(frozen=True, slots=True)
class Call:
    """One authenticated, checked request: `params` have the SDK's types, `object_id` is the one in the path, or ""."""

    tx: Tx
    config: Config
    params: Json
    object_id: str = ""
