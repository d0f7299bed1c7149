"""The money screens of the console, below console/."""

from django.urls import URLPattern, path

from donations.pages.console import events, expenses, funds, gifts

urlpatterns: list[URLPattern] = [
    path("money/", funds.money, name="money"),
    path("money/funds/new/", funds.fund_new, name="fund_new"),
    path("money/funds/<slug:fund_id>/", funds.fund_edit, name="fund_edit"),
    path("money/donations/", gifts.donations, name="donations"),
    path("money/donations/<slug:donation_id>/", gifts.donation, name="donation"),
    path("money/donations/<slug:donation_id>/refund/", gifts.refund, name="refund"),
    path("money/expenses/", expenses.expenses, name="expenses"),
    path("money/events/", events.events, name="events"),
    path("money/events/<slug:event_id>/replay/", events.replay, name="replay"),
]
