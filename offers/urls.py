"""Addresses of this app: public forms by private link, and the console."""

from django.urls import URLPattern, URLResolver, path

from offers.pages import board, matching, needs

app_name = "offers"

NEED = "console/needs/<str:need_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
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
    path("console/matches/<str:match_id>/<slug:deed>/", matching.match_deed, name="match_deed"),
]
