"""The trail: who did what to which id. `record` writes in the deed's transaction, a sealer chains right afterwards."""

from kernel.audit.sealing import seal_pending
from kernel.audit.trail import record, record_each

__all__ = ["record", "record_each", "seal_pending"]
