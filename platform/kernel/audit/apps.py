from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "kernel.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have `check --deploy` look at keys and copies."""
        from kernel.audit import checks  # noqa: F401 - registers itself
