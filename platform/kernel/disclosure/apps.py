from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "kernel.disclosure"
    label = "disclosure"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of everything that ends an unlock."""
        from kernel.disclosure.unlocking import endings

        endings.connect()
