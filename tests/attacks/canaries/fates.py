"""What becomes of every field in which somebody may write freely. A new one without a line here fails the tests.

Add `Form.field` (or `path member` for the API) with SEALED, UNDER_KEY or NOT_KEPT, and a canary where it is sent
(`test_what_is_typed.py`); or with `Clear("why it may lie in the database as it was typed")`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fate:
    """What becomes of what is typed."""

    words: str
    in_clear: bool = False


SEALED = Fate("sealed to two groups, opened by two people")
UNDER_KEY = Fate("encrypted under the server's key, read again by its owner alone")
NOT_KEPT = Fate("looked at and let go")


def clear(why: str) -> Fate:
    """It lies in the database as it was typed, for this reason."""
    return Fate(why, in_clear=True)


FORM_FIELDS = {
    "ContactForm.name": SEALED,
    "ContactForm.email": SEALED,  # once more, optional and under the server's key, as where a notice may be sent
    "ContactForm.phone": SEALED,
    "ContactForm.address": SEALED,
    "ContactForm.note": SEALED,
    "PhotoForm.photo": SEALED,  # drawn anew from its pixels first; its canaries are in test_photos.py
    "LostLinkForm.email": NOT_KEPT,
    "RefereeForm.email": UNDER_KEY,  # until the answer is in
    "AskRefereeForm.email": UNDER_KEY,  # likewise
    "PlaceForm.city_query": NOT_KEPT,  # the number of the town that was meant is kept
    "NeedForm.case_ref": UNDER_KEY,
    "NeedSearch.sought": NOT_KEPT,  # compared by its keyed digest; the address of the answer holds an id of ours
    "NeedFilter.id": NOT_KEPT,  # ids of ours, or nothing comes of it
    "NeedFilter.case": NOT_KEPT,
    "OtherForm.other": NOT_KEPT,
    "MergeForm.into": NOT_KEPT,
    "CampaignForm.fundraiser": clear("published: who collects, written by the operator"),
    "CampaignForm.title": clear("published, written by the operator in neutral words"),
    "CampaignForm.title_ru": clear("published, written by the operator in neutral words"),
    "CampaignForm.address": clear("published: the page on which somebody may collect"),
    "TransferForm.reference": clear("capital letters, digits and hyphens: what the bank's statement says"),
    "VerifyForm.asked": NOT_KEPT,
    "FundForm.slug": clear("published: the address of a fund"),
    "FundForm.name": clear("published, written by a finance officer"),
    "FundForm.name_ru": clear("published, written by a finance officer"),
    "FundForm.summary": clear("published, written by a finance officer"),
    "FundForm.summary_ru": clear("published, written by a finance officer"),
    "AskLinkForm.email": NOT_KEPT,  # what is kept of it, if anything was given with it, lies there already
    "AmountForm.amount": NOT_KEPT,  # what is kept is a number
    "GiveForm.amount": NOT_KEPT,  # what is kept is a number
    "OfflineReceiptForm.name": NOT_KEPT,  # printed; what is kept is a keyed digest of it
    "AgainForm.donation": NOT_KEPT,  # an id of ours, or nothing comes of it
    "GiveForm.contact_email": UNDER_KEY,
    "GiveForm.honour": UNDER_KEY,
    "GiveForm.message": UNDER_KEY,
    "GiveForm.receipt_email": UNDER_KEY,
    "GiveForm.receipt_name": UNDER_KEY,
    "DeclarationForm.first_name": UNDER_KEY,
    "DeclarationForm.last_name": UNDER_KEY,
    "DeclarationForm.house": UNDER_KEY,
    "DeclarationForm.postcode": UNDER_KEY,
    "IssuerForm.code": clear("printed on every receipt, before its number"),
    "IssuerForm.name": clear("printed on every receipt, written by a finance officer"),
    "IssuerForm.address": clear("printed on every receipt, written by a finance officer"),
    "IssuerForm.registration": clear("printed on every receipt, written by a finance officer"),
    "IssuerForm.scheme_reference": clear("what the tax office calls the organisation itself"),
    "RefundForm.amount": NOT_KEPT,  # what is kept is a number
    "TakeForm.amount": NOT_KEPT,  # what is kept is a number
    "OutcomeForm.evidence_hash": clear("64 digits: the SHA-256 of a paper that is kept elsewhere"),
    "RenewForm.evidence_hash": clear("64 digits: the SHA-256 of a paper that is kept elsewhere"),
    "ProposeForm.pledge": NOT_KEPT,  # an id of ours, or nothing comes of it
    "SuggestedForm.suggestion": NOT_KEPT,  # likewise
    "WhatIfForm.need": NOT_KEPT,  # ids of ours, or nothing comes of it
    "WhatIfForm.pledge": NOT_KEPT,
    "ApplyForm.need": NOT_KEPT,
    "NewKeyForm.recipients": clear("public keys of two trustees; what is no such key is refused"),
    "PassphraseForm.passphrase": NOT_KEPT,
    "PassphraseForm.next": NOT_KEPT,
    "TrailForm.actor": NOT_KEPT,  # what somebody looks for in the trail
    "TrailForm.object": NOT_KEPT,
    "AskForm.handle": NOT_KEPT,  # by what somebody is found who asks to be forgotten
    "InviteForm.email": clear("the address a member of staff signs in with"),
    "AddPasskeyForm.name": clear("what a member of staff calls a passkey of their own"),
}
# the trap, the stamp and the riddle of every open form; a one-time code, what a passkey answers, a new password
ANYWHERE = dict.fromkeys(("website", "opened", "proof", "code", "credential", "password1", "password2"), NOT_KEPT)

API_MEMBERS = {
    f"{path} {prefix}contact.{name}": SEALED
    for path, prefix in (("/pledges", ""), ("/pledges/bulk", "rows."), ("/pledges/{id}", ""))
    for name in ("name", "email", "phone", "address", "note")
} | {
    "/needs case_ref": UNDER_KEY,
    "/needs/bulk rows.case_ref": UNDER_KEY,
    "/needs/{id} case_ref": UNDER_KEY,
}


def fate_of(field: str) -> Fate | None:
    """Return what becomes of a form's field, or None if nobody has said it."""
    return FORM_FIELDS.get(field) or ANYWHERE.get(field.rpartition(".")[2])
