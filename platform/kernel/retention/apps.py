from django.apps import AppConfig
from django.core.checks import Error, register
from django.utils.module_loading import autodiscover_modules


class RetentionConfig(AppConfig):
    name = "kernel.retention"
    label = "retention"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear from every app what it keeps and for how long (`retention_classes.py`), and run once a day."""
        from kernel import outbox
        from kernel.retention.running import TASK

        autodiscover_modules("retention_classes")
        outbox.every(24 * 60, TASK, name="retention")
        register(_terms_make_sense)


def _terms_make_sense(**_options: object) -> list[Error]:
    """Refuse a term for a class that does not exist or stays, and one shorter than the class can bear."""
    from django.conf import settings

    from kernel.retention.registry import passing

    shortest = {one.name: one.shortest for one in passing()}
    return [
        Error(f"RETENTION_DAYS: {name} is no class whose term can be set to {days} days.", id="retention.E001")
        for name, days in settings.RETENTION_DAYS.items()
        if name not in shortest or days < shortest[name]
    ]
