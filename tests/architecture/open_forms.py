"""Every route that a stranger may POST to: what keeps machines from it.

A route is guarded (with what a person would send, so that the test can send it without a stamp), or says why it needs
no guard. `test_open_forms.py` holds this against the URLconf and the authorisation matrix.
"""

from typing import Any

from tests.offers.pages.visitor import CONTACT

A_LINK = "whoever has the private link, 160 bits of it, writes one row that exists already"
A_MAILED_WORD = "whoever has a word that was mailed minutes ago, 160 bits of it, reaches the rows of that address"
OWN_LIMITS = "the login's own limits and locks, by account and by visitor"
NOTHING = "takes no POST, or writes nothing"

# `{draft}`, `{offer}` and `{checked}` stand for links of offers made for the test, `{reference}` for a referee's link,
# `{fund}` for a fund
GUARDED: dict[str, tuple[str, dict[str, Any]]] = {
    "offers:offer": ("/offer/", {"kind": "housing"}),
    "offers:offer_step": ("/offer/{draft}/contact/", CONTACT),
    "offers:my_offer_lost": ("/my-offer/", {"email": CONTACT["email"]}),
    "offers:my_offer_photos": ("/my-offer/{offer}/photos/", {}),
    "offers:my_offer_references": ("/my-offer/{checked}/references/", {"email": CONTACT["email"], "language": "en"}),
    "offers:reference": ("/my-reference/{reference}/", {"known_for": "long", "trust": "yes", "against_children": "no"}),
    "donations:my_giving": ("/my-giving/", {"email": CONTACT["email"]}),
    "donations:give": ("/give/", {"amount": "25", "currency": "EUR"}),
    "donations:give_to": ("/give/{fund}/", {"amount": "25", "currency": "EUR"}),
    "donations:again": ("/thanks/again/", {}),
}
UNGUARDED: dict[str, str] = {
    "healthz": NOTHING,
    "readyz": NOTHING,
    "home": NOTHING,
    "transparency": NOTHING,
    "transparency_csv": NOTHING,
    "donations:thanks": NOTHING,
    "donations:verify": NOTHING,
    "donations:verify_campaign": NOTHING,
    "donations:campaign_badge": NOTHING,
    "donations:my_paper": NOTHING,
    "donations:my_paper_pdf": NOTHING,
    "donations:my_declaration": A_LINK,
    "donations:my_giving_link": NOTHING,
    "donations:my_giving_open": A_MAILED_WORD,
    "donations:my_giving_paper": A_MAILED_WORD,
    "donations:my_giving_erase": A_MAILED_WORD,
    "donations:my_giving_leave": A_MAILED_WORD,
    "donations:my_giving_recurring": A_MAILED_WORD,
    "donations:my_giving_card": NOTHING,
    "offers:offer_thanks": NOTHING,
    "offers:offer_resume": NOTHING,
    "offers:my_offer": NOTHING,
    "offers:my_offer_ended": NOTHING,
    "offers:my_offer_erased": NOTHING,
    "offers:my_offer_data": NOTHING,
    "offers:reference_thanks": NOTHING,
    "offers:my_offer_days": NOTHING,
    "offers:my_offer_calendar": A_LINK,
    "offers:offer_confirm": A_LINK,
    "offers:offer_discard": A_LINK,
    "offers:my_answer": A_LINK,
    "offers:my_check": A_LINK,
    "offers:my_check_thanks": NOTHING,
    "offers:my_offer_change": A_LINK,
    "offers:my_offer_deed": A_LINK,
    "offers:my_offer_erase": A_LINK,
    "offers:my_offer_still_so": A_LINK,
    "offers:my_offer_month": A_LINK,
    "offers:my_offer_photo_remove": A_LINK,
    "account_login": OWN_LIMITS,
    "welcome": "whoever has the link of an invitation sets up the one login it is for",
    "account_logout": "ends a session, begins none",
    "account_inactive": NOTHING,
    "mfa_authenticate": OWN_LIMITS,
    "mfa_login_webauthn": OWN_LIMITS,
    "stripe_webhook": "nothing is read before Stripe's signature is found true",
    "oauth-token": "a client's random secret, and the API's limits by visitor",
    "oauth/token": "a client's random secret, and the API's limits by visitor",
    "schema": NOTHING,
    "api-docs": NOTHING,
    "fund-list": NOTHING,
    "fund-detail": NOTHING,
    "authorised-campaign-list": NOTHING,
    "authorised-campaign-detail": NOTHING,
    "impact-list": NOTHING,
    "hsds-root": NOTHING,
    "hsds-service-list": NOTHING,
    "hsds-service-detail": NOTHING,
    "hsds-service-at-location-list": NOTHING,
    "hsds-service-at-location-detail": NOTHING,
    "hsds-organization-list": NOTHING,
    "hsds-organization-detail": NOTHING,
    "hsds-taxonomy-list": NOTHING,
    "hsds-taxonomy-detail": NOTHING,
    "hsds-taxonomy-term-list": NOTHING,
    "hsds-taxonomy-term-detail": NOTHING,
}
