"""What machines ask: is it alive, is it ready."""

from django.urls import URLPattern, path

from kernel.shell import health

urlpatterns: list[URLPattern] = [
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
