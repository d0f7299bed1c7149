"""What the worker does for the audit trail, which lies below the outbox and cannot ask for it itself."""

from kernel.outbox import checkpointing  # noqa: F401 - registers the mails of checkpoints
