"""What the worker does for this room."""

from kernel.disclosure.disclosing import telling  # noqa: F401 - registers the notes to those whom a request waits for
from kernel.outbox import every

every(1, "kernel.disclosure.unlocking.deeds.delete_expired", name="expired unlocks")
every(1, "kernel.disclosure.disclosing.lapsing.lapse_overdue", name="overdue disclosures")
