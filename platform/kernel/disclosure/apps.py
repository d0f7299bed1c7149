from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "kernel.disclosure"
    label = "disclosure"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of everything that ends an unlock or a disclosure."""
        from kernel.accounts.leaving import on_leave
        from kernel.disclosure.disclosing.lapsing import lapse_of
        from kernel.disclosure.unlocking import endings

        endings.connect()
        on_leave(lapse_of)
