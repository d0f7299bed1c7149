"""Addresses of this app: public forms by private link, and the console."""

from django.urls import URLPattern, URLResolver, path, register_converter

from offers.pages import (
    board,
    contacts,
    matching,
    moderation,
    my_offer,
    my_offer_calendar,
    my_offer_data,
    my_offer_month,
    my_offer_photos,
    my_offer_still_so,
    needs,
    offer,
    references,
    vetting,
    vetting_queue,
)
from offers.pages.link_converter import CalendarConverter, TokenConverter

app_name = "offers"
register_converter(TokenConverter, "token")
register_converter(CalendarConverter, "calendar")

NEED = "console/needs/<str:need_id>/"
PLEDGE = "console/pledges/<str:pledge_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("offer/", offer.offer, name="offer"),
    path("offer/thanks/", offer.offer_thanks, name="offer_thanks"),
    path("offer/confirm/<token:word>/", offer.offer_confirm, name="offer_confirm"),
    path("offer/<token:word>/", offer.offer_resume, name="offer_resume"),
    path("offer/<token:word>/discard/", offer.offer_discard, name="offer_discard"),
    path("offer/<token:word>/<slug:step>/", offer.offer_step, name="offer_step"),
    path("my-offer/", my_offer.my_offer_lost, name="my_offer_lost"),
    path("my-offer/ended/", my_offer.my_offer_ended, name="my_offer_ended"),
    path("my-offer/<token:word>/", my_offer.my_offer, name="my_offer"),
    path("my-offer/<token:word>/change/", my_offer.my_offer_change, name="my_offer_change"),
    path("my-offer/erased/", my_offer_data.my_offer_erased, name="my_offer_erased"),
    path("my-offer/<token:word>/erase/", my_offer_data.my_offer_erase, name="my_offer_erase"),
    path("my-offer/<token:word>/data/", my_offer_data.my_offer_data, name="my_offer_data"),
    path("my-offer/calendar/<calendar:word>.ics", my_offer_calendar.my_offer_days, name="my_offer_days"),
    path("my-offer/<token:word>/calendar/<slug:deed>/", my_offer_calendar.my_offer_calendar, name="my_offer_calendar"),
    path("my-offer/<token:word>/photos/", my_offer_photos.my_offer_photos, name="my_offer_photos"),
    path(
        "my-offer/<token:word>/photos/<slug:photo_id>/remove/",
        my_offer_photos.my_offer_photo_remove,
        name="my_offer_photo_remove",
    ),
    path("my-offer/<token:word>/days/", my_offer_month.my_offer_month, name="my_offer_month"),
    path("my-offer/<token:word>/still-so/", my_offer_still_so.my_offer_still_so, name="my_offer_still_so"),
    path("my-offer/<token:word>/references/", references.my_offer_references, name="my_offer_references"),
    path("my-reference/thanks/", references.reference_thanks, name="reference_thanks"),
    path("my-reference/<token:word>/", references.reference, name="reference"),
    path("my-offer/<token:word>/<slug:deed>/", my_offer.my_offer_deed, name="my_offer_deed"),
    path("console/moderation/", moderation.moderation, name="moderation"),
    path("console/moderation/keep/", moderation.moderation_keep, name="moderation_keep"),
    path("console/moderation/discard/", moderation.moderation_discard, name="moderation_discard"),
    path("console/contacts/", contacts.contact_list, name="contacts"),
    path(f"{PLEDGE}ask/", contacts.pledge_ask, name="pledge_ask"),
    path("console/pledges/", vetting_queue.pledge_queue, name="pledges"),
    path(PLEDGE, vetting.pledge_detail, name="pledge"),
    path(f"{PLEDGE}vetting/", vetting.pledge_vetting, name="pledge_vetting"),
    path(f"{PLEDGE}sign/", vetting.pledge_sign, name="pledge_sign"),
    path(f"{PLEDGE}reject/", vetting.pledge_reject, name="pledge_reject"),
    path(f"{PLEDGE}suspend/", vetting.pledge_suspend, name="pledge_suspend"),
    path(f"{PLEDGE}begin/", vetting.pledge_begin, name="pledge_begin"),
    path(f"{PLEDGE}renew/", vetting.pledge_renew, name="pledge_renew"),
    path(f"{PLEDGE}renewed/", vetting.pledge_renewed, name="pledge_renewed"),
    path(f"{PLEDGE}referee/", vetting.pledge_referee, name="pledge_referee"),
    path("console/needs/", needs.need_list, name="needs"),
    path("console/needs/new/", needs.need_new, name="need_new"),
    path(NEED, needs.need_detail, name="need"),
    path(f"{NEED}submit/", needs.need_submit, name="need_submit"),
    path(f"{NEED}approve/", needs.need_approve, name="need_approve"),
    path(f"{NEED}return/", needs.need_return, name="need_return"),
    path(f"{NEED}withdraw/", needs.need_withdraw, name="need_withdraw"),
    path(f"{NEED}fulfil/", needs.need_fulfil, name="need_fulfil"),
    path("console/board/", board.board_page, name="board"),
    path("console/board/sign/", board.board_sign, name="board_sign"),
    path("console/board/close/", board.board_close, name="board_close"),
    path("console/board/open/", board.board_open, name="board_open"),
    path(f"{NEED}candidates/", matching.need_candidates, name="candidates"),
    path("console/matches/", matching.match_list, name="matches"),
    path("console/matches/<str:match_id>/", matching.match_detail, name="match"),
    path("console/matches/<str:match_id>/ask/", contacts.match_ask, name="match_ask"),
    path("console/matches/<str:match_id>/<slug:deed>/", matching.match_deed, name="match_deed"),
]
