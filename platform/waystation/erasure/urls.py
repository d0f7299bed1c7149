"""Addresses of erasure."""

from django.urls import URLPattern, path

from waystation.erasure import pages

REQUEST = "console/erasure/<str:request_id>/"

urlpatterns: list[URLPattern] = [
    path("console/erasure/", pages.requests, name="erasure"),
    path("console/erasure/ask/", pages.ask_page, name="erasure_ask"),
    path(f"{REQUEST}approve/", pages.approve_page, name="erasure_approve"),
    path(f"{REQUEST}drop/", pages.drop_page, name="erasure_drop"),
    path(f"{REQUEST}certificate/", pages.certificate, name="erasure_certificate"),
]
