from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from kernel.outbox.registry import every


class OutboxConfig(AppConfig):
    name = "kernel.outbox"
    label = "outbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear from every app what it handles (`outbox_handlers.py`), and ask for the sweeps of the kernel."""
        every(1, "kernel.outbox.drain.drain", name="outbox sweep")
        every(1, "kernel.audit.seal_pending", name="audit sealer")
        every(10, "kernel.outbox.checkpointing.keep_checkpoints", name="audit checkpoints")
        every(60, "kernel.limits.salts.forget_yesterday", name="daily salts")
        autodiscover_modules("outbox_handlers")
        _see_to_every_worker()


def _see_to_every_worker() -> None:
    from django_q.signals import post_spawn

    from kernel.collector import set_aside_what_is_there
    from kernel.outbox.watching import begin_watching

    post_spawn.connect(begin_watching, dispatch_uid="kernel.outbox.watching")
    post_spawn.connect(set_aside_what_is_there, dispatch_uid="kernel.collector")
