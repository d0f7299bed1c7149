"""Where the worker comes in: one function, so that no error text of any task ends up in the worker's own tables."""

import logging

from django.utils.module_loading import import_string
from django_q.exceptions import TimeoutException

from kernel.outbox.failures import log_failure
from kernel.outbox.models import Wakeup

logger = logging.getLogger(__name__)


def run(task: str) -> None:
    """Run the function at the dotted path `task`. Raises nothing: what went wrong is logged without its message."""
    try:
        # before the work begins: whoever commits from here on sends a wake-up of their own
        Wakeup.objects.filter(task=task, waiting_since__isnull=False).update(waiting_since=None)
        import_string(task)()
    # an escaped error would be kept in the worker's table with its message, which may hold values
    except (Exception, TimeoutException) as error:
        log_failure(logger, task, error)
