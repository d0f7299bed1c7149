"""Every address of the API."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("api.auth.urls")),
    path("api/", include("api.schema.urls")),
    path("api/v1/", include("api.v1.urls")),
    path("hsds/", include("api.hsds.urls")),
]
