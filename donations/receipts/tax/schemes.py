"""The tax schemes an issuer may take part in, by the word that its terms carry."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCHEMES: dict[str, "str | Promise"] = {"gift_aid": _("Gift Aid (United Kingdom)")}
