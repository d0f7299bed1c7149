"""The front: home for everybody, the console's index and its style page for members."""

from django.urls import URLPattern, path

from kernel.shell import style
from waystation.front import pages, sessions, trail, trust, vault

urlpatterns: list[URLPattern] = [
    path("", pages.home, name="home"),
    path("console/", pages.console_index, name="console"),
    path("console/style/", style.page, name="console_style"),
    path("console/sessions/", sessions.my_sessions, name="my_sessions"),
    path("console/sessions/end/", sessions.end_others, name="end_other_sessions"),
    path("console/vault/unlock/", vault.vault_unlock, name="vault_unlock"),
    path("console/vault/lock/", vault.vault_lock, name="vault_lock"),
    path("console/trail/", trail.trail, name="trail"),
    path("console/trust/", trust.trust_page, name="trust"),
    path("console/trust/<str:organisation_id>/ask/", trust.trust_ask, name="trust_ask"),
    path("console/trust/grants/<int:grant_id>/sign/", trust.trust_sign, name="trust_sign"),
    path("console/trust/grants/<int:grant_id>/revoke/", trust.trust_revoke, name="trust_revoke"),
]
