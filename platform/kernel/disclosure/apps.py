from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "kernel.disclosure"
    label = "disclosure"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of what ends an unlock, a disclosure or a seat; keep those who hold a key in their group."""
        from kernel.accounts.leaving import before_changing_group, on_leave
        from kernel.disclosure import leaving
        from kernel.disclosure.disclosing.lapsing import lapse_of
        from kernel.disclosure.unlocking import endings

        endings.connect()
        on_leave(lapse_of)
        on_leave(leaving.on_leave)
        before_changing_group(leaving.check_group_change)
