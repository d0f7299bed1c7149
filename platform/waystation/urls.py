"""Every address, by app. Public pages carry their language in the address, so that no cookie has to."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
]

urlpatterns += i18n_patterns(prefix_default_language=False)
