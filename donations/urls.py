"""Addresses of this app that carry a language: pages for donors, and the money screens of the console."""

from django.urls import URLPattern, URLResolver, include, path

from donations.pages import give, my_paper, thanks

app_name = "donations"

urlpatterns: list[URLPattern | URLResolver] = [
    path("give/", give.give, name="give"),
    path("give/<slug:slug>/", give.give, name="give_to"),
    path("thanks/", thanks.thanks, name="thanks"),
    path("thanks/again/", thanks.again, name="again"),
    path("my-paper/<slug:word>/", my_paper.my_paper, name="my_paper"),
    path("my-paper/<slug:word>/pdf/", my_paper.my_paper_pdf, name="my_paper_pdf"),
    path("my-paper/<slug:word>/declaration/", my_paper.my_declaration, name="my_declaration"),
    path("console/", include("donations.console_urls")),
]
