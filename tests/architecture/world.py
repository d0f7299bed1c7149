"""The world in which the matrix is walked: an operator, a partner who owns everything, another who owns nothing."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from donations.giving.dedications.words import Words, dedicate
from donations.models import (
    CampaignTransfer,
    Dispute,
    Expense,
    GiftAidClaim,
    InboxEvent,
    OfflineGift,
    Refund,
    SummaryRun,
)
from donations.receipts.issuing import receipts_of
from kernel.accounts.models import Member, Organisation, Role, StaffRequest, TrustGrant
from kernel.disclosure.models import Disclosure
from kernel.retention.models import ErasureRequest
from kernel.vault.models import GroupKey
from offers.matching.deeds import propose
from offers.matching.runs.asking import ask_for_run
from offers.matching.runs.models import MatchingRun
from offers.matching.safety.reporting import report_concern
from offers.models import Match, Need, PlacementCheck, Pledge
from offers.pledges.contact import PURPOSE
from tests.api.clients import api_client
from tests.console import console_client
from tests.factories.campaigns import make_campaign
from tests.factories.donations import make_fund, make_paid
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_operator, make_partner
from tests.factories.pledges import make_pledge
from tests.factories.receipts import make_issuer, make_receipted
from tests.factories.recurring import make_recurring
from tests.guard import StrictApiClient, StrictClient
from tests.kernel.disclosure.keyed import quick_key

OPERATOR, OWNER, STRANGER = "operator", "owner", "stranger"


@dataclass(frozen=True)
class World:
    """Who asks, and for what: people by organisation and role, programs by name, things by a route's parameter."""

    people: dict[tuple[str, str], StrictClient]
    anonymous: StrictClient
    half: StrictClient
    programs: dict[str, StrictApiClient]
    things: dict[str, Any]
    fields: dict[str, dict[str, str]]  # what a form needs before it looks for its thing


def build_world() -> World:
    """Make it; nothing in it depends on anything outside."""
    houses = {OPERATOR: make_operator(), OWNER: make_partner("Owner"), STRANGER: make_partner("Stranger")}
    members = {(which, role): make_member(house, role) for which, house in houses.items() for role in Role.values}
    programs: dict[str, StrictApiClient] = {
        "nobody": StrictApiClient(),
        "without scope": api_client([], houses[OWNER]),
        OPERATOR: api_client(organisation=houses[OPERATOR]),
        OWNER: api_client(organisation=houses[OWNER]),
        STRANGER: api_client(organisation=houses[STRANGER]),
    }
    people = {key: console_client(member) for key, member in members.items()}
    anonymous, half = StrictClient(), console_client(make_member(houses[OPERATOR], "admin"), second_factor=False)
    for browser in (*people.values(), *programs.values(), anonymous, half):
        browser.raise_request_exception = False  # a failure is an answer like any other: the walk names it
    return World(
        people=people,
        anonymous=anonymous,
        half=half,
        programs=programs,
        things=_things(houses, members),
        fields={"offers:match_ask": {"purpose": "confirmed_match"}, "offers:pledge_ask": {"step": "identity"}},
    )


def _match(need: Need, pledge: Pledge) -> Match:
    """A pledge proposed for a need."""
    return propose(need_id=need.pk, pledge_id=pledge.pk, organisation=need.organisation, by="user:0", at=timezone.now())


def _things(houses: dict[str, Organisation], members: dict[tuple[str, str], Member]) -> dict[str, Any]:
    """One of each thing, all of them the owner's, by the name of the parameter, or of route and parameter."""
    at = timezone.now()
    owner = houses[OWNER]
    need, waiting = make_need(owner), make_need(owner, status="in_review")
    match = _match(need, make_pledge(houses[OPERATOR]))
    inside = _match(make_need(owner), make_pledge(owner))
    shaken = report_concern(match=_match(make_need(owner), make_pledge(owner)), organisation=owner, by="user:0", at=at)
    disclosure = Disclosure.objects.create(
        purpose="confirmed_match", object_id=match.pk, record_purpose=PURPOSE, record_ids=[], owner=owner,
        requester=members[OWNER, "caseworker"], asked_at=at, expires_at=at + timedelta(days=1), updated_at=at,
    )  # fmt: skip
    donation = make_paid(organisation=owner)
    standing = make_recurring(organisation=owner)
    refund = Refund.objects.create(
        donation=donation, amount_minor=1, currency="EUR", reason="mistake", asked_by="user:0", idempotency_key="k",
        created_at=at, updated_at=at,
    )  # fmt: skip
    terms = make_issuer(tax_scheme="gift_aid", scheme_reference="AB12345")
    (receipt,) = receipts_of(make_receipted())
    written = dedicate(donation=receipt.donation, words=Words("somebody"), at=at)
    assert written
    claim = GiftAidClaim.objects.create(issuer=terms.issuer, made_by="user:0", made_at=at)
    summaries = SummaryRun.objects.create(year=at.year - 1, created_at=at, updated_at=at)
    event = InboxEvent.objects.create(
        event_id="evt_1", type="x", livemode=False, state="poison", next_at=at, happened_at=at, received_at=at
    )
    fund = make_fund()
    past = OfflineGift.objects.create(
        fund=fund, way="cash", amount_minor=1, currency="EUR", received_on=at.date(), status="booked",
        asked_by="user:0", created_at=at, updated_at=at,
    )  # fmt: skip
    campaign = make_campaign(partner=owner)
    transfer = CampaignTransfer.objects.create(
        campaign=campaign, amount_minor=1, currency="EUR", sent_on=at.date(), reference="REF-1", announced_by="user:0",
        created_at=at, updated_at=at,
    )  # fmt: skip
    dispute = Dispute.objects.create(
        donation=donation, stripe_dispute="dp_1", amount_minor=1, currency="EUR", reason="fraudulent", opened_at=at,
        updated_at=at,
    )  # fmt: skip
    expense = Expense.objects.create(
        fund=fund,
        category="food",
        amount_minor=1,
        currency="EUR",
        spent_on=at.date(),
        booked_by="user:0",
        created_at=at,
    )
    asker = members[OPERATOR, "finance"].user
    staff = StaffRequest.objects.create(
        deed="invite", organisation=owner, email="new@waystation.invalid", role="approver", asked_by=asker, asked_at=at
    )
    erasure = ErasureRequest.objects.create(
        organisation=owner.pk,
        subject="provider",
        records=[],
        asked_by="user:0",
        asked_at=at,
        certificate={},
        state="dropped",
        decided_by="user:0",
        decided_at=at,  # what is decided erases nothing within a test
    )
    grant = TrustGrant.objects.create(organisation=owner, subject="needs", asked_by=asker, asked_at=at)
    pledge = make_pledge(owner)
    suspended = make_pledge(owner, status="suspended")
    newcomer, _private = quick_key(make_member(owner))
    newcomer.save()
    group_key = GroupKey.objects.create(
        owner=owner.pk, group="A", version=1, public_key=bytes(32), state="pending", created_at=at
    )
    check = PlacementCheck.objects.create(match=match, side="person", step="first", due_on=at.date(), asked_at=at)
    run = ask_for_run(organisation=houses[OPERATOR], by="user:0", at=at)  # the only thing that is the operator's
    left = {"need": waiting.pk, "candidates": 0, "given": {}, "rules": None, "linked": False}
    reached = dict.fromkeys(("needs", "placed", "persons_placed", "score", "edges", "blocking_pairs", "seconds"), 0)
    MatchingRun.objects.filter(pk=run.pk).update(
        status="succeeded", objective={**reached, "optimal": True, "bound": 0}, report={"left_over": [left]}
    )
    return {
        "matching-": run.pk, "run_id": run.pk,
        "need_id": waiting.pk, "pledge_id": suspended.pk, "match_id": match.pk, "donation_id": donation.pk,
        "reference": receipt.reference, "claim_id": claim.pk, "donations:summaries_cancel run_id": summaries.pk,
        "fund_id": fund.pk, "gift_id": past.pk, "refund_id": refund.pk, "expense_id": expense.pk,
        "dedication_id": written.pk, "dispute_id": dispute.pk, "donations:dispute_deed deed": "answer",
        "campaign_id": campaign.pk, "donations:campaign_deed deed": "withdraw", "transfer_id": transfer.pk,
        "campaign-": transfer.pk,
        "donations:offline_deed deed": "drop", "donations:refund_deed deed": "drop",
        "event_id": event.pk, "organisation_id": owner.pk, "grant_id": grant.pk,
        "member_id": make_member(owner, "finance").pk, "request_id": staff.pk,
        "incident_id": shaken.incidents.get().pk, "disclosure_id": disclosure.pk, "match-accept pk": inside.pk,
        "check_id": check.pk,
        **{f"erasure_{deed} request_id": erasure.pk for deed in ("approve", "drop", "certificate")},
        "keys_let_in member_id": newcomer.pk, "key_id": group_key.pk,
        "offers:match_deed deed": "confirm", "offers:incident_deed deed": "take", "people_change deed": "reset",
        "need-": need.pk, "pledge-": pledge.pk, "match-": match.pk, "donation-": donation.pk, "refund-": refund.pk,
        "recurring-": standing.pk, "recurring_id": standing.pk, "donations:recurring_deed deed": "again",
    }  # fmt: skip
