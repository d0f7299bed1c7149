"""Every resource under /api/v1, without trailing slashes. A line per resource."""

from django.urls import URLPattern, URLResolver
from rest_framework.routers import SimpleRouter

from api.v1.campaigns import AuthorisedCampaigns, CampaignTransfers
from api.v1.candidates import Candidates
from api.v1.donations import Donations
from api.v1.funds import Funds
from api.v1.impact import Impact
from api.v1.matches import Matches
from api.v1.matching_runs import Assignments, MatchingRuns
from api.v1.needs import Needs
from api.v1.pledges import Pledges
from api.v1.published_needs import PledgeCandidates, PublishedNeeds
from api.v1.recurring_donations import RecurringDonations
from api.v1.refunds import Refunds

router = SimpleRouter(trailing_slash=False)
router.register("funds", Funds, "fund")
router.register("donations", Donations, "donation")
router.register(r"donations/(?P<donation_id>[^/]+)/refunds", Refunds, "refund")
router.register("recurring-donations", RecurringDonations, "recurring-donation")
router.register("authorised-campaigns", AuthorisedCampaigns, "authorised-campaign")
router.register("campaign-transfers", CampaignTransfers, "campaign-transfer")
router.register("needs", Needs, "need")
router.register("pledges", Pledges, "pledge")
router.register("published-needs", PublishedNeeds, "published-need")
router.register(r"pledges/(?P<pledge_id>[^/]+)/candidates", PledgeCandidates, "pledge-candidate")
router.register(r"needs/(?P<need_id>[^/]+)/candidates", Candidates, "candidate")
router.register("impact", Impact, "impact")
router.register("matches", Matches, "match")
router.register("matching-runs", MatchingRuns, "matching-run")
router.register(r"matching-runs/(?P<run_id>[^/]+)/assignments", Assignments, "assignment")

urlpatterns: list[URLPattern | URLResolver] = [*router.urls]
