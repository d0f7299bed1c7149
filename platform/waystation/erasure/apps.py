from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ErasureConfig(AppConfig):
    name = "waystation.erasure"
    label = "erasure"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the page into the console's navigation."""
        from kernel.shell import nav

        nav.register(
            _("Erasure"),
            "erasure",
            "erasure.see_requests",
            order=85,
            about=_("Erase what is held about somebody who asks for it: one person asks, a second approves."),
        )
