"""What the worker does for this app: repeated work, and the handlers of its slices."""

from kernel.outbox import every
from offers.pledges import mails  # noqa: F401 - registers the mails to providers

every(10, "offers.needs.board.run.release_now")
every(60, "offers.needs.board.run.expire_now")
every(10, "offers.matching.deeds.expire_overdue")
