"""What the worker does for the guard."""

from kernel.outbox import every

every(60, "kernel.guard.once.forget_old_stamps")
