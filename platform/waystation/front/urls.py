"""The front: home for everybody, the console's index and its style page for members."""

from django.urls import URLPattern, URLResolver, include, path

from kernel.shell import style
from waystation.front import disclosures, listing, open_books, pages, trail, trust, vault

DISCLOSURE = "console/disclosures/<str:disclosure_id>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("transparency/", open_books.transparency, name="transparency"),
    path("transparency/figures.csv", open_books.transparency_csv, name="transparency_csv"),
    path("console/", pages.console_index, name="console"),
    path("console/style/", style.page, name="console_style"),
    path("console/disclosures/", disclosures.disclosure_list, name="disclosures"),
    path(DISCLOSURE, disclosures.disclosure_detail, name="disclosure"),
    path(f"{DISCLOSURE}give/", disclosures.disclosure_give, name="disclosure_give"),
    path(f"{DISCLOSURE}decline/", disclosures.disclosure_decline, name="disclosure_decline"),
    path(f"{DISCLOSURE}take-back/", disclosures.disclosure_take_back, name="disclosure_take_back"),
    path(f"{DISCLOSURE}read/", disclosures.disclosure_read, name="disclosure_read"),
    path("console/vault/unlock/", vault.vault_unlock, name="vault_unlock"),
    path("console/vault/lock/", vault.vault_lock, name="vault_lock"),
    path("console/trail/", trail.trail, name="trail"),
    path("console/", include("waystation.front.people_urls")),
    path("console/keys/", include("waystation.front.keys_urls")),
    path("console/directory/", listing.listing, name="listing"),
    path("console/directory/<str:organisation_id>/add/", listing.listing_add, name="listing_add"),
    path("console/directory/<str:organisation_id>/remove/", listing.listing_remove, name="listing_remove"),
    path("console/trust/", trust.trust_page, name="trust"),
    path("console/trust/<str:organisation_id>/ask/", trust.trust_ask, name="trust_ask"),
    path("console/trust/grants/<int:grant_id>/sign/", trust.trust_sign, name="trust_sign"),
    path("console/trust/grants/<int:grant_id>/revoke/", trust.trust_revoke, name="trust_revoke"),
]
