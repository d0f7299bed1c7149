"""Every address, by app. Public pages carry their language in the address, so that no cookie has to."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("kernel.shell.urls")),
    path("", include("api.urls")),
    path("", include("donations.machine_urls")),
]

urlpatterns += i18n_patterns(
    path("", include("waystation.front.urls")),
    path("", include("waystation.erasure.urls")),
    path("accounts/", include("waystation.front.login_urls")),
    path("", include("donations.urls")),
    path("", include("offers.urls")),
    prefix_default_language=False,
)

handler400 = "kernel.shell.errors.bad_request"
handler403 = "kernel.shell.errors.forbidden"
handler404 = "kernel.shell.errors.not_found"
handler429 = "kernel.shell.errors.too_many"
handler500 = "kernel.shell.errors.failed"
