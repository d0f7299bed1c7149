"""The authorisation matrix: every route with who may call it. A route without a row fails the tests.

Add a row with the route's name (with its namespace), or with the route itself where it has no name. Of a page of the
console the row says which roles, `of_operator=True` where a partner's people may not, and `seen_by` where it is about a
thing that not everybody sees: the things of `tests/architecture/world.py` are all the owner's, a partner.
`tests/architecture/test_routes.py` holds the rows against the URLconf; `test_matrix.py` walks them as everybody.
"""

from dataclasses import dataclass

OPERATOR, OWNER, STRANGER = "operator", "owner", "stranger"
EVERYBODY = (OPERATOR, OWNER, STRANGER)


@dataclass(frozen=True)
class Who:
    """Who may call a route: everyone, the holder of something secret, or signed-in people in some roles."""

    words: str
    roles: tuple[str, ...] = ()
    open_to_all: bool = False
    of_operator: bool = False
    seen_by: tuple[str, ...] = EVERYBODY
    partners: tuple[str, ...] = ()


ANYONE = Who("anyone", open_to_all=True)
LINK = Who("whoever holds the private link", open_to_all=True)  # a wrong link is a 404 that tells nothing
STRIPE = Who("whoever can sign as Stripe", open_to_all=True)
CLIENT = Who("a client with the scope of the resource")  # another organisation's thing is a 404
PLANNER = Who("a program of the operator, with the scope of the resource", of_operator=True)
PROGRAMS = (CLIENT, PLANNER)
TOKEN = Who("the operator's monitoring, with its token")
SIGNED_IN = Who("a signed-in person, about their own login")
MEMBER = Who("any member, with a second factor", ("caseworker", "coordinator", "approver", "finance", "admin"))


def roles(
    *names: str,
    of_operator: bool = False,
    seen_by: tuple[str, ...] = EVERYBODY,
    partners: tuple[str, ...] = (),
) -> Who:
    """Members with a second factor and one of these roles; `partners`: those of them whom a partner's people need."""
    return Who(" or ".join(names), names, of_operator=of_operator, seen_by=seen_by, partners=partners)


MATRIX: dict[str, Who] = {
    # kernel.shell
    "healthz": ANYONE,
    "readyz": ANYONE,
    # waystation.front
    "home": ANYONE,
    "transparency": ANYONE,
    "transparency_csv": ANYONE,
    "console": MEMBER,
    "console_style": MEMBER,
    "people": roles("admin", "coordinator", "approver", partners=("admin",)),
    "people_invite": roles("admin"),
    "people_change": roles("admin", seen_by=(OWNER, OPERATOR)),
    "people_sign": roles("coordinator", "approver", "admin", of_operator=True),
    "people_drop": roles("admin", "coordinator", "approver", partners=("admin",), seen_by=(OWNER, OPERATOR)),
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
    "offers:need": roles("caseworker", "coordinator", "approver", seen_by=(OWNER, OPERATOR)),
    "offers:need_submit": roles("caseworker", "coordinator", "approver", seen_by=(OWNER,)),
    "offers:need_approve": roles("caseworker", "coordinator", "approver", seen_by=(OWNER, OPERATOR)),
    "offers:need_return": roles("caseworker", "coordinator", "approver", seen_by=(OWNER, OPERATOR)),
    "offers:need_withdraw": roles("caseworker", "coordinator", "approver", seen_by=(OWNER,)),
    "offers:need_fulfil": roles("caseworker", "coordinator", "approver", seen_by=(OWNER,)),
    **dict.fromkeys(
        ("offers:need_extend", "offers:need_link", "offers:need_unlink", "offers:need_merge"),
        roles("caseworker", "coordinator", "approver", seen_by=(OWNER,)),
    ),
    "offers:needs_find": roles("caseworker", "coordinator", "approver"),
    "offers:needs_bulk": roles("caseworker", "coordinator", "approver"),
    "offers:need_new": roles("caseworker"),
    "offers:board": roles("coordinator", "approver", of_operator=True),
    "offers:board_sign": roles("coordinator", "approver", of_operator=True),
    "offers:board_close": roles("coordinator", "approver", of_operator=True),
    "offers:board_open": roles("coordinator", "approver", of_operator=True),
    # the audit trail: all of it for the operator, a partner's own deeds for the partner
    "trail": roles("coordinator", "approver", "admin"),
    # trust, of the operator
    "trust": roles("coordinator", "approver", "admin", of_operator=True),
    "trust_ask": roles("coordinator", "approver", "admin", of_operator=True),
    "trust_sign": roles("coordinator", "approver", "admin", of_operator=True),
    "trust_revoke": roles("coordinator", "approver", "admin", of_operator=True),
    # the public directory: an organisation puts itself in; the operator may take it out
    "listing": roles("admin"),
    "listing_add": roles("admin", seen_by=(OWNER, OPERATOR)),
    "listing_remove": roles("admin", seen_by=(OWNER, OPERATOR)),
    # disclosure of contact
    "disclosures": roles("caseworker", "coordinator", "approver"),
    "disclosure": roles("caseworker", "coordinator", "approver", seen_by=(OWNER,)),
    "disclosure_give": roles("caseworker", "coordinator", "approver", seen_by=(OWNER,)),
    "disclosure_decline": roles("caseworker", "coordinator", "approver", seen_by=(OWNER,)),
    "disclosure_take_back": roles("caseworker", seen_by=(OWNER,)),
    "disclosure_read": roles("caseworker", seen_by=(OWNER,)),
    "offers:contacts": roles("caseworker"),
    "offers:match_ask": roles("caseworker"),  # who holds no key is refused before anything is looked for
    "offers:pledge_ask": roles("caseworker", of_operator=True),
    # one's own key
    "vault_unlock": roles("caseworker", "coordinator", "approver"),
    "keys": roles("caseworker", "coordinator", "approver", "admin"),
    "keys_make": roles("caseworker", "coordinator", "approver"),
    "keys_give_up": roles("caseworker", "coordinator", "approver"),
    "keys_let_in": roles("caseworker", "coordinator", "approver", seen_by=(OWNER,)),
    "keys_take_away": roles("caseworker", "coordinator", "approver", "admin", seen_by=(OWNER,)),
    "keys_new": roles("caseworker", "coordinator", "approver"),
    "keys_sign": roles("caseworker", "coordinator", "approver", seen_by=(OWNER,)),
    "keys_rekey": roles("caseworker", "coordinator", "approver"),
    "vault_lock": roles("caseworker", "coordinator", "approver"),
    # erasure: one asks, another approves; each within their own organisation
    "erasure": roles("coordinator", "approver"),
    "erasure_ask": roles("coordinator", "approver"),
    "erasure_approve": roles("coordinator", "approver", seen_by=(OWNER,)),
    "erasure_drop": roles("coordinator", "approver", seen_by=(OWNER,)),
    "erasure_certificate": roles("coordinator", "approver", seen_by=(OWNER,)),
    # matching, in the console
    "offers:candidates": roles("caseworker", "coordinator", "approver", seen_by=(OWNER,)),
    "offers:matches": roles("caseworker", "coordinator", "approver"),
    "offers:checks": roles("caseworker", "coordinator", "approver"),
    "offers:check_answer": roles("caseworker", "coordinator", seen_by=(OWNER,)),
    "offers:check_seen": roles("caseworker", "coordinator", seen_by=(OWNER,)),
    "offers:match": roles("caseworker", "coordinator", "approver", seen_by=(OWNER, OPERATOR)),
    "offers:match_deed": roles("caseworker", "coordinator", "approver", seen_by=(OWNER, OPERATOR)),
    "offers:incidents": roles("caseworker", "coordinator", "approver"),
    "offers:incident": roles("caseworker", "coordinator", "approver", seen_by=(OWNER, OPERATOR)),
    "offers:incident_deed": roles("caseworker", "coordinator", "approver", seen_by=(OWNER, OPERATOR)),
    # donations
    "stripe_webhook": STRIPE,
    "donations:give": ANYONE,
    "donations:give_to": ANYONE,
    "donations:thanks": ANYONE,
    "donations:again": ANYONE,
    "donations:money": roles("finance", "coordinator", "admin"),
    "donations:fund_new": roles("finance", of_operator=True),
    "donations:fund_edit": roles("finance", of_operator=True),
    "donations:donations": roles("finance", of_operator=True),
    "donations:donation": roles("finance", of_operator=True),
    "donations:refund": roles("finance", of_operator=True),
    "donations:my_paper": LINK,
    "donations:my_paper_pdf": LINK,
    "donations:my_declaration": LINK,
    "donations:my_giving": ANYONE,
    "donations:my_giving_link": LINK,
    "donations:my_giving_open": LINK,
    "donations:my_giving_paper": LINK,
    "donations:my_giving_erase": LINK,
    "donations:my_giving_leave": LINK,
    "donations:dedications": roles("finance", of_operator=True),
    "donations:dedication_read": roles("finance", of_operator=True),
    "donations:my_giving_recurring": LINK,
    "donations:my_giving_card": ANYONE,
    "donations:receipts": roles("finance", of_operator=True),
    "donations:issuer": roles("finance", of_operator=True),
    "donations:summaries": roles("finance", of_operator=True),
    "donations:summaries_cancel": roles("finance", of_operator=True),
    "donations:claims": roles("finance", of_operator=True),
    "donations:claim_file": roles("finance", of_operator=True),
    "donations:receipt_copy": roles("finance", of_operator=True),
    "donations:receipt_again": roles("finance", of_operator=True),
    "donations:expenses": roles("finance", of_operator=True),
    "donations:discretion": roles("finance", of_operator=True),
    "donations:guard": roles("finance", "admin", of_operator=True),
    "donations:guard_stop": roles("finance", "admin", of_operator=True),
    "donations:guard_resume": roles("finance", "admin", of_operator=True),
    "donations:disputes": roles("finance", of_operator=True),
    "donations:dispute": roles("finance", of_operator=True),
    "donations:dispute_deed": roles("finance", of_operator=True),
    "donations:accounts": roles("finance", of_operator=True),
    "donations:journal": roles("finance", of_operator=True),
    "donations:reconciliation": roles("finance", of_operator=True),
    "donations:expense_reverse": roles("finance", of_operator=True),
    "donations:offline": roles("finance", of_operator=True),
    "donations:offline_receipt": roles("finance", of_operator=True),
    "donations:offline_deed": roles("finance", "admin", of_operator=True),
    "donations:waiting": roles("finance", "admin", of_operator=True),
    "donations:refund_deed": roles("finance", "admin", of_operator=True),
    "donations:events": roles("finance", "admin", of_operator=True),
    "donations:replay": roles("finance", "admin", of_operator=True),
    # api
    "oauth-token": ANYONE,
    "oauth/token": ANYONE,
    "schema": ANYONE,
    "api-docs": ANYONE,
    "fund-list": ANYONE,
    "fund-detail": ANYONE,
    "impact-list": ANYONE,
    "hsds-root": ANYONE,
    "hsds-service-list": ANYONE,
    "hsds-service-detail": ANYONE,
    "hsds-service-at-location-list": ANYONE,
    "hsds-service-at-location-detail": ANYONE,
    "hsds-organization-list": ANYONE,
    "hsds-organization-detail": ANYONE,
    "hsds-taxonomy-list": ANYONE,
    "hsds-taxonomy-detail": ANYONE,
    "hsds-taxonomy-term-list": ANYONE,
    "hsds-taxonomy-term-detail": ANYONE,
    "donation-list": CLIENT,
    "donation-detail": CLIENT,
    "refund-list": CLIENT,
    "refund-detail": CLIENT,
    "recurring-donation-list": CLIENT,
    "recurring-donation-detail": CLIENT,
    "recurring-donation-pause": CLIENT,
    "recurring-donation-resume": CLIENT,
    "recurring-donation-cancel": CLIENT,
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
    "offers:my_offer_photos": LINK,
    "offers:my_offer_still_so": LINK,
    "offers:my_offer_calendar": LINK,
    "offers:my_offer_photo_remove": LINK,
    "offers:my_offer_deed": LINK,
    "offers:my_offer_month": LINK,
    "offers:my_offer_days": LINK,
    "offers:my_offer_erase": LINK,
    "offers:my_offer_erased": ANYONE,
    "offers:my_offer_data": LINK,
    "offers:my_offer_references": LINK,
    "offers:my_answer": LINK,
    "offers:my_check": LINK,
    "offers:my_check_thanks": ANYONE,
    "offers:reference": LINK,
    "offers:reference_thanks": ANYONE,
    "offers:moderation": roles("coordinator", "approver", of_operator=True),
    "offers:moderation_keep": roles("coordinator", "approver", of_operator=True),
    "offers:moderation_discard": roles("coordinator", "approver", of_operator=True),
    "offers:pledges": roles("coordinator", "approver", of_operator=True),
    "offers:pledge": roles("coordinator", "approver", of_operator=True),
    "offers:pledge_vetting": roles("coordinator", "approver", of_operator=True),
    "offers:pledge_sign": roles("coordinator", "approver", of_operator=True),
    "offers:pledge_reject": roles("coordinator", "approver", of_operator=True),
    "offers:pledge_suspend": roles("coordinator", "approver", of_operator=True),
    "offers:pledge_begin": roles("coordinator", "approver", of_operator=True),
    "offers:pledge_referee": roles("coordinator", "approver", of_operator=True),
    "offers:pledge_renew": roles("coordinator", "approver", of_operator=True),
    "offers:pledge_renewed": roles("coordinator", "approver", of_operator=True),
    # plans, of the operator's coordinators
    "offers:plans": roles("coordinator", of_operator=True),
    "offers:plan_new": roles("coordinator", of_operator=True),
    "offers:plan": roles("coordinator", of_operator=True),
    "offers:plan_left_over": roles("coordinator", of_operator=True),
    "offers:plan_compare": roles("coordinator", of_operator=True),
    "offers:plan_need": roles("coordinator", of_operator=True),
    "offers:plan_cancel": roles("coordinator", of_operator=True),
    "offers:plan_apply": roles("coordinator", of_operator=True),
    "offers:plan_what_if": roles("coordinator", of_operator=True),
    # candidates and matches over the API
    "candidate-list": CLIENT,
    "match-list": CLIENT,
    "match-detail": CLIENT,
    "match-propose": CLIENT,
    "match-agree": CLIENT,
    "match-accept": CLIENT,
    "match-decline": CLIENT,
    "match-cancel": CLIENT,
    "match-start": CLIENT,
    "match-complete": CLIENT,
    "match-fail": CLIENT,
    "match-safety-report": CLIENT,
    # matching runs, of the operator
    "matching-run-list": PLANNER,
    "matching-run-detail": PLANNER,
    "matching-run-apply": PLANNER,
    "matching-run-cancel": PLANNER,
    "matching-run-comparison": PLANNER,
    "assignment-list": PLANNER,
}
