"""Addresses of this app that carry a language: pages for donors, and the money screens of the console."""

from django.urls import URLPattern, URLResolver, include, path

from donations.pages import give, my_giving, my_giving_recurring, my_paper, thanks, verify

app_name = "donations"

urlpatterns: list[URLPattern | URLResolver] = [
    path("give/", give.give, name="give"),
    path("give/<slug:slug>/", give.give, name="give_to"),
    path("thanks/", thanks.thanks, name="thanks"),
    path("thanks/again/", thanks.again, name="again"),
    path("my-paper/<slug:word>/", my_paper.my_paper, name="my_paper"),
    path("my-paper/<slug:word>/pdf/", my_paper.my_paper_pdf, name="my_paper_pdf"),
    path("my-paper/<slug:word>/declaration/", my_paper.my_declaration, name="my_declaration"),
    path("my-giving/", my_giving.my_giving, name="my_giving"),
    path("my-giving/open/", my_giving.my_giving_open, name="my_giving_open"),
    path("my-giving/paper/", my_giving.my_giving_paper, name="my_giving_paper"),
    path("my-giving/erase/", my_giving.my_giving_erase, name="my_giving_erase"),
    path("my-giving/card/", my_giving_recurring.my_giving_card, name="my_giving_card"),
    path("my-giving/recurring/<slug:deed>/", my_giving_recurring.my_giving_recurring, name="my_giving_recurring"),
    path("my-giving/left/", my_giving.my_giving_leave, name="my_giving_leave"),
    path("my-giving/<slug:word>/", my_giving.my_giving_link, name="my_giving_link"),
    path("verify/", verify.verify, name="verify"),
    path("verify/<slug:code>/", verify.verify_campaign, name="verify_campaign"),
    path("verify/<slug:code>/badge.svg", verify.campaign_badge, name="campaign_badge"),
    path("console/", include("donations.console_urls")),
]
