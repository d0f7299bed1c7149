"""Addresses of this app that carry a language: pages for donors, and the money screens of the console."""

from django.urls import URLPattern, URLResolver, include, path

from donations.pages import give, thanks

app_name = "donations"

urlpatterns: list[URLPattern | URLResolver] = [
    path("give/", give.give, name="give"),
    path("give/<slug:slug>/", give.give, name="give_to"),
    path("thanks/", thanks.thanks, name="thanks"),
    path("console/", include("donations.console_urls")),
]
