"""The authorisation matrix: every route with who may call it. A route without a row fails the tests.

Add a row with the route's name (with its namespace), or with the route itself where it has no name.
`tests/architecture/test_routes.py` holds the rows against the URLconf, and knocks at every door that is not open.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Who:
    """Who may call a route: everyone, the holder of something secret, or signed-in people in some roles."""

    words: str
    roles: tuple[str, ...] = ()
    open_to_all: bool = False


ANYONE = Who("anyone", open_to_all=True)
LINK = Who("whoever holds the private link", open_to_all=True)  # a wrong link is a 404 that tells nothing
STRIPE = Who("whoever can sign as Stripe", open_to_all=True)
CLIENT = Who("a client with the scope of the resource")
TOKEN = Who("the operator's monitoring, with its token")
SIGNED_IN = Who("a signed-in person, about their own login")
MEMBER = Who("any member, with a second factor", ("caseworker", "coordinator", "approver", "finance", "admin"))


def roles(*names: str) -> Who:
    """Members with a second factor and one of these roles."""
    return Who(" or ".join(names), names)


MATRIX: dict[str, Who] = {
    # kernel.shell
    "healthz": ANYONE,
    "readyz": ANYONE,
    # waystation.front
    "home": ANYONE,
    "console": MEMBER,
    "console_style": MEMBER,
    "people": roles("admin", "coordinator", "approver"),  # the operator's; a partner's administrator
    "people_invite": roles("admin"),
    "people_change": roles("admin"),
    "people_sign": roles("coordinator", "approver", "admin"),  # of the operator
    "people_drop": roles("admin", "coordinator", "approver"),
    "welcome": LINK,
    "my_sessions": MEMBER,
    "end_other_sessions": MEMBER,
    # accounts: signing in, and one's own login
    "account_login": ANYONE,
    "account_logout": ANYONE,
    "account_inactive": ANYONE,
    "account_reauthenticate": SIGNED_IN,
    "account_change_password": SIGNED_IN,
    "mfa_index": SIGNED_IN,
    "mfa_authenticate": ANYONE,
    "mfa_reauthenticate": SIGNED_IN,
    "mfa_activate_totp": SIGNED_IN,
    "mfa_deactivate_totp": SIGNED_IN,
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_login_webauthn": ANYONE,
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "mfa_view_recovery_codes": SIGNED_IN,
    "mfa_generate_recovery_codes": SIGNED_IN,
    "mfa_download_recovery_codes": SIGNED_IN,
    # offers: needs and the board
    "offers:needs": roles("caseworker", "coordinator", "approver"),
    "offers:need": roles("caseworker", "coordinator", "approver"),
    "offers:need_submit": roles("caseworker", "coordinator", "approver"),
    "offers:need_approve": roles("caseworker", "coordinator", "approver"),
    "offers:need_return": roles("caseworker", "coordinator", "approver"),
    "offers:need_withdraw": roles("caseworker", "coordinator", "approver"),
    "offers:need_fulfil": roles("caseworker", "coordinator", "approver"),
    "offers:need_new": roles("caseworker"),
    "offers:board": roles("coordinator", "approver"),  # of the operator
    "offers:board_sign": roles("coordinator", "approver"),  # of the operator
    "offers:board_close": roles("coordinator", "approver"),  # of the operator
    "offers:board_open": roles("coordinator", "approver"),  # of the operator
    # the audit trail: all of it for the operator, a partner's own deeds for the partner
    "trail": roles("coordinator", "approver", "admin"),
    # trust, of the operator
    "trust": roles("coordinator", "approver", "admin"),
    "trust_ask": roles("coordinator", "approver", "admin"),
    "trust_sign": roles("coordinator", "approver", "admin"),
    "trust_revoke": roles("coordinator", "approver", "admin"),
    # disclosure of contact
    "disclosures": roles("caseworker", "coordinator", "approver"),
    "disclosure": roles("caseworker", "coordinator", "approver"),
    "disclosure_give": roles("caseworker", "coordinator", "approver"),
    "disclosure_decline": roles("caseworker", "coordinator", "approver"),
    "disclosure_take_back": roles("caseworker"),
    "disclosure_read": roles("caseworker"),
    "offers:contacts": roles("caseworker"),
    "offers:match_ask": roles("caseworker"),
    "offers:pledge_ask": roles("caseworker"),  # of the operator
    # one's own key
    "vault_unlock": roles("caseworker", "coordinator", "approver"),
    "vault_lock": roles("caseworker", "coordinator", "approver"),
    # erasure: one asks, another approves; each within their own organisation
    "erasure": roles("coordinator", "approver"),
    "erasure_ask": roles("coordinator", "approver"),
    "erasure_approve": roles("coordinator", "approver"),
    "erasure_drop": roles("coordinator", "approver"),
    "erasure_certificate": roles("coordinator", "approver"),
    # matching, in the console
    "offers:candidates": roles("caseworker", "coordinator", "approver"),
    "offers:matches": roles("caseworker", "coordinator", "approver"),
    "offers:match": roles("caseworker", "coordinator", "approver"),
    "offers:match_deed": roles("caseworker", "coordinator", "approver"),
    # donations
    "stripe_webhook": STRIPE,
    "donations:give": ANYONE,
    "donations:give_to": ANYONE,
    "donations:thanks": ANYONE,
    "donations:money": roles("finance", "coordinator", "admin"),
    "donations:fund_new": roles("finance"),
    "donations:fund_edit": roles("finance"),
    "donations:donations": roles("finance"),
    "donations:donation": roles("finance"),
    "donations:refund": roles("finance"),
    "donations:expenses": roles("finance"),
    "donations:events": roles("finance", "admin"),
    "donations:replay": roles("finance", "admin"),
    # api
    "oauth-token": ANYONE,
    "oauth/token": ANYONE,
    "schema": ANYONE,
    "api-docs": ANYONE,
    "fund-list": ANYONE,
    "fund-detail": ANYONE,
    "donation-list": CLIENT,
    "donation-detail": CLIENT,
    "refund-list": CLIENT,
    "refund-detail": CLIENT,
    # api: needs and the board
    "need-list": CLIENT,
    "need-detail": CLIENT,
    "need-bulk": CLIENT,
    "need-submit": CLIENT,
    "need-withdraw": CLIENT,
    "need-fulfil": CLIENT,
    "published-need-list": CLIENT,
    "pledge-candidate-list": CLIENT,
    "pledge-list": CLIENT,
    "pledge-detail": CLIENT,
    "pledge-bulk": CLIENT,
    "pledge-pause": CLIENT,
    "pledge-resume": CLIENT,
    "pledge-withdraw": CLIENT,
    # offers: offering, the private page, vetting
    "offers:offer": ANYONE,
    "offers:offer_thanks": ANYONE,
    "offers:offer_confirm": LINK,
    "offers:offer_resume": LINK,
    "offers:offer_discard": LINK,
    "offers:offer_step": LINK,
    "offers:my_offer_lost": ANYONE,
    "offers:my_offer_ended": ANYONE,
    "offers:my_offer": LINK,
    "offers:my_offer_change": LINK,
    "offers:my_offer_deed": LINK,
    "offers:moderation": roles("coordinator", "approver"),  # of the operator
    "offers:moderation_keep": roles("coordinator", "approver"),  # of the operator
    "offers:moderation_discard": roles("coordinator", "approver"),  # of the operator
    "offers:my_offer_erase": LINK,
    "offers:my_offer_erased": ANYONE,
    "offers:my_offer_data": LINK,
    "offers:pledges": roles("coordinator", "approver"),
    "offers:pledge": roles("coordinator", "approver"),
    "offers:pledge_vetting": roles("coordinator", "approver"),
    "offers:pledge_sign": roles("coordinator", "approver"),
    "offers:pledge_reject": roles("coordinator", "approver"),
    "offers:pledge_suspend": roles("coordinator", "approver"),
    "offers:pledge_begin": roles("coordinator", "approver"),
    # candidates and matches over the API
    "candidate-list": CLIENT,
    "match-list": CLIENT,
    "match-detail": CLIENT,
    "match-propose": CLIENT,
    "match-agree": CLIENT,
    "match-accept": CLIENT,
    "match-decline": CLIENT,
    "match-cancel": CLIENT,
}
