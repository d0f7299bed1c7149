from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrontConfig(AppConfig):
    name = "waystation.front"
    label = "front"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the roof's own pages into the console's navigation."""
        from kernel.shell import nav

        nav.register(
            _("People"),
            "people",
            "accounts.see_people",
            order=85,
            about=_("Who signs in here, who is invited, and what waits for a second person."),
        )

        nav.register(
            _("Trust"),
            "trust",
            "accounts.grant_trust",
            order=80,
            about=_("Which partners vet and review by themselves."),
        )
        nav.register(
            _("Public directory"),
            "listing",
            "accounts.list_organisation",
            order=82,
            about=_("Which organisations anyone may find, and with which kinds of help."),
        )
        nav.register(
            _("Audit trail"),
            "trail",
            "front.read_trail",
            order=90,
            about=_("Who did what to which id, and when."),
        )
        nav.register(
            _("Disclosures"),
            "disclosures",
            "disclosure.see_requests",
            order=35,
            about=_("Who asks to see a provider's contact, and who lets them."),
        )
        nav.register(
            _("Keys"),
            "keys",
            "disclosure.see_keys",
            order=95,
            about=_("Who holds the keys to the contacts: joining, leaving, a new key."),
        )
        nav.register(
            _("Your key"),
            "vault_unlock",
            "disclosure.open_own_key",
            order=90,
            about=_("Open your own key for a quarter of an hour, or lock it."),
        )
