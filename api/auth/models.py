"""A client: a program of an organisation that speaks to the API."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication

from kernel.accounts.models import Organisation


class Client(AbstractApplication):
    """An OAuth2 application that belongs to an organisation, with the scopes and return addresses it was given."""

    organisation = models.ForeignKey(
        Organisation,
        related_name="clients",
        on_delete=models.PROTECT,  # what a client did is its organisation's
    )
    scopes = models.JSONField(default=list)  # the words it may ask for, sorted
    return_urls = models.JSONField(default=list)  # prefixes a donor may be sent back to

    class Meta(AbstractApplication.Meta):
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"
        verbose_name = _("client")

    @property
    def actor(self) -> str:
        """The opaque word for this client in histories and the audit trail."""
        return f"client:{self.client_id}"
