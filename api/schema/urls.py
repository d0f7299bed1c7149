"""The schema, and the page to read it on."""

from django.urls import URLPattern, path

from api.schema.views import DocsView, SchemaView

urlpatterns: list[URLPattern] = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
]
