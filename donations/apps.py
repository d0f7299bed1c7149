from django.apps import AppConfig


class DonationsConfig(AppConfig):
    name = "donations"
    label = "donations"
    default_auto_field = "django.db.models.BigAutoField"
