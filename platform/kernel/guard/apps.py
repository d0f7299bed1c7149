from django.apps import AppConfig


class GuardConfig(AppConfig):
    name = "kernel.guard"
    label = "guard"
    default_auto_field = "django.db.models.BigAutoField"
