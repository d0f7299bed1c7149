"""What an erasure did, in counts: it goes into a certificate, and nobody is in it."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Erased:
    """One record: what was taken away by kind, and what stays. `again` if there was nothing left to take."""

    kind: str
    record_id: str
    gone: Counter[str] = field(default_factory=Counter)
    again: bool = False
