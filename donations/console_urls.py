"""The money screens of the console, below console/."""

from django.urls import URLPattern, path

from donations.pages.console import discretion, events, expenses, funds, gifts, guard, receipts, summaries

urlpatterns: list[URLPattern] = [
    path("money/", funds.money, name="money"),
    path("money/funds/new/", funds.fund_new, name="fund_new"),
    path("money/funds/<slug:fund_id>/", funds.fund_edit, name="fund_edit"),
    path("money/donations/", gifts.donations, name="donations"),
    path("money/donations/<slug:donation_id>/", gifts.donation, name="donation"),
    path("money/donations/<slug:donation_id>/refund/", gifts.refund, name="refund"),
    path("money/expenses/", expenses.expenses, name="expenses"),
    path("money/receipts/", receipts.receipts, name="receipts"),
    path("money/receipts/issuer/", receipts.issuer, name="issuer"),
    path("money/receipts/summaries/", summaries.summaries, name="summaries"),
    path("money/receipts/summaries/<slug:run_id>/cancel/", summaries.summaries_cancel, name="summaries_cancel"),
    path("money/receipts/claims/", summaries.claims, name="claims"),
    path("money/receipts/claims/<slug:claim_id>/file/", summaries.claim_file, name="claim_file"),
    path("money/receipts/<slug:reference>/copy/", receipts.receipt_copy, name="receipt_copy"),
    path("money/receipts/<slug:reference>/again/", receipts.receipt_again, name="receipt_again"),
    path("money/guard/", guard.guard, name="guard"),
    path("money/guard/stop/", guard.stop, name="guard_stop"),
    path("money/guard/resume/", guard.resume, name="guard_resume"),
    path("money/discretion/", discretion.discretion, name="discretion"),
    path("money/events/", events.events, name="events"),
    path("money/events/<slug:event_id>/replay/", events.replay, name="replay"),
]
