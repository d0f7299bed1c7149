"""The worker, with its stderr shut: a child that dies prints its last error in full, past every log."""

from typing import Any

from django_q.management.commands.qcluster import Command as Cluster

from kernel.logs.stderr import close_stderr


class Command(Cluster):  # type: ignore[misc]  # django-q2 ships no types
    """Starts the worker."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the cluster until it is told to stop."""
        close_stderr()
        super().handle(*args, **options)
