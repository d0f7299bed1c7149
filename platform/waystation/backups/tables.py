"""What goes into which backup. Every table stands in exactly one of the three sets; a test sees to it.

A *full* backup lives for a week at most. A *long* one holds nothing by which a sealed contact, an address or a case
could be opened or found: what was erased is out of reach once the last full backup of before is gone.
"""

from typing import Any

ALWAYS = frozenset(
    {
        "accounts_organisation",
        "accounts_user",
        "accounts_user_groups",
        "accounts_user_user_permissions",
        "accounts_member",
        "accounts_trustgrant",
        "accounts_staffrequest",
        "account_emailaddress",
        "mfa_authenticator",
        "auth_group",
        "auth_group_permissions",
        "audit_auditentry",
        "audit_auditunsealed",
        "audit_auditseal",
        "audit_auditcheckpoint",
        "vault_groupkey",
        "vault_sealedrecord",
        "disclosure_memberkey",
        "disclosure_groupkeyseat",
        "disclosure_trustee",
        "disclosure_recoverycopy",  # opens with a trustee's own key, and without shares leads to nothing
        "vault_chainlink",
        "vault_chainsignature",
        "disclosure_disclosure",
        "disclosure_disclosuremove",
        "retention_erasure",
        "retention_erasurerequest",
        "donations_fund",
        "donations_publicfigure",
        "donations_publicfiguremonth",
        "donations_publicspending",
        "donations_publicspendingmonth",
        "donations_account",
        "donations_transaction",
        "donations_posting",
        "donations_donation",
        "donations_allocation",
        "donations_donationmove",
        "donations_recurringgift",
        "donations_recurringmove",
        "donations_recurringshare",
        "donations_recurringamount",
        "donations_recurringwish",
        "donations_recurringnotice",
        "donations_refund",
        "donations_refundmove",
        "donations_expense",
        "donations_issuer",
        "donations_issuerterms",
        "donations_receipt",
        "donations_summaryrun",
        "donations_summaryrunmove",
        "donations_giftaiddeclaration",  # the law asks for them for years; they open with the server's key alone
        "donations_giftaidclaim",
        "donations_giftaidline",
        "donations_offlinegift",
        "donations_offlinemove",
        "donations_campaign",
        "donations_campaignmove",
        "donations_campaigntransfer",
        "donations_transfermove",
        "donations_campaignfigure",
        "donations_dispute",
        "donations_disputemove",
        "donations_answer",
        "donations_payout",
        "donations_payoutmove",
        "donations_stripeentry",
        "donations_unreadrow",
        "donations_inboxevent",
        "donations_declinedcharge",
        "donations_givingstop",
        "donations_alarm",
        "offers_pledge",
        "offers_pledgemove",
        "offers_vettingstep",
        "offers_pledgephoto",
        "offers_reference",
        "offers_need",
        "offers_needmove",
        "offers_match",
        "offers_matchmove",
        "offers_hold",
        "offers_placementcheck",
        "offers_incident",
        "offers_incidentmove",
        "offers_freeze",
        "offers_matchingrun",
        "offers_runmove",
        "offers_assignment",
        "offers_heldoffer",
        "offers_release",
        "offers_cohort",
        "offers_publication",
        "offers_suggestion",
        "offers_suggestionmove",
        "offers_impactfigure",
        "offers_releasewait",
        "offers_policysignature",
        "offers_boardswitch",
        "api_client",
    }
)

FULL_ONLY = frozenset(
    {
        "vault_keyshare",  # without them a sealed contact never opens again
        "vault_notificationaddress",  # opens with the server's key alone
        "donations_summary",  # goes with the wish it was sent by
        "donations_dedication",  # what donors wrote, which opens with the server's key alone
        "donations_recurringcontact",  # an address, which opens with the server's key alone
        "donations_receiptwish",  # name and address, which open with the server's key alone
        "outbox_outboxrow",  # promises of long ago are not to be kept
        "api_idempotencykey",  # answers under the server's key, for a day
    }
)

NEVER = frozenset(
    {
        "account_emailconfirmation",
        "accounts_session",
        "accounts_signintry",
        "disclosure_unlock",
        "disclosure_disclosurebox",
        "disclosure_unlocktries",
        "shared_cache",
        "limits_dailysalt",
        "limits_tally",
        "guard_spentstamp",
        "donations_givinglink",  # good for minutes
        "offers_addressasked",
        "offers_calendarlink",  # what was switched off must not come back; a new one is made with one press
        "oauth2_provider_accesstoken",
        "oauth2_provider_refreshtoken",
        "oauth2_provider_idtoken",
        "oauth2_provider_grant",
        "oauth2_provider_devicegrant",
        # made anew by migrate, sync_schedules and the worker
        "django_migrations",
        "django_content_type",
        "auth_permission",
        "django_q_schedule",
        "django_q_task",
        "django_q_ormq",
        "outbox_wakeup",
    }
)

# columns of tables that are in every backup, and what stands in their place in a long one
BLANK_IN_LONG: dict[str, dict[str, Any]] = {
    "offers_need": {"case_ref_sealed": b"", "exclusions_sealed": b""},  # open with the server's key alone
    "offers_pledge": {"blind_email": None},  # finds a person whose address somebody knows
    "offers_reference": {"mark": None},  # likewise, of one offer
}
