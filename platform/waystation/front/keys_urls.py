"""Where the keys are made, given, taken away and changed."""

from django.urls import URLPattern, path

from waystation.front import keys

MEMBER = "members/<int:member_id>/"

urlpatterns: list[URLPattern] = [
    path("", keys.keys_page, name="keys"),
    path("make/", keys.keys_make, name="keys_make"),
    path("give-up/", keys.keys_give_up, name="keys_give_up"),
    path("new/", keys.keys_new, name="keys_new"),
    path("move/", keys.keys_rekey, name="keys_rekey"),
    path("<int:key_id>/sign/", keys.keys_sign, name="keys_sign"),
    path(f"{MEMBER}let-in/", keys.keys_let_in, name="keys_let_in"),
    path(f"{MEMBER}take-away/", keys.keys_take_away, name="keys_take_away"),
]
