from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Ask for the daily forgetting, hourly, and let the schema know how a token is sent."""
        from api.idempotency import once
        from api.schema import authentication  # noqa: F401 - registers itself
        from kernel import outbox

        outbox.every(60, "api.idempotency.cleaning.forget_old_answers")
        once.tell_what_is_kept()
