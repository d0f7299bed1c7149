from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "kernel.vault"
    label = "vault"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what lies under the server key here."""
        from kernel.vault import addresses
        from kernel.vault.models import NotificationAddress
        from kernel.vault.rewrapping import Kept, keeps

        rows = NotificationAddress.objects.all
        keeps(Kept("vault.addresses", "kernel.vault.addresses", rows, addresses.key_ids, addresses.renew))
