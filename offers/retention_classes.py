"""How long offers, needs and matches are kept, and what remains of each."""

from datetime import datetime

from kernel.retention import Kept, Passing, Rows, keep, let_go
from offers.matching.erasing import erase_need, erase_pledge
from offers.matching.erasing.drafts import drop_draft
from offers.matching.erasing.matches import ENDED, thin
from offers.matching.models import Match
from offers.matching.runs.models import MatchingRun
from offers.matching.runs.thinning import thin_run
from offers.needs.models import Need, NeedStatus
from offers.pledges.belongings import belongs
from offers.pledges.calendar_link.deeds import forget_link, told_link
from offers.pledges.models import Pledge, PledgeStatus
from offers.pledges.moderation import forgetting
from offers.pledges.moderation.models import AddressAsked
from offers.pledges.photos.deeds import shred_photos, told_photos
from offers.pledges.references.ending import forget_references, told_references

SYSTEM, WHY = "system", "retention"
# what goes with an offer, whichever state it ends in
GOING_WITH_IT = (
    "offers_pledge",
    "offers_vettingstep",
    "offers_heldoffer",
    "offers_pledgephoto",
    "offers_reference",
    "offers_calendarlink",
    "offers_addressasked",
    "vault_keyshare",
    "vault_sealedrecord",
    "vault_notificationaddress",
    "disclosure_disclosurebox",
)
NUMBERS = "id, kind, country, units and placements, and the history of its states"
LEFT_OF_A_NEED = "id, kind, urgency, size, units, months, and the history of its states"


def _pledges(*states: str) -> Rows:
    """Offers that have stood in one of these states, untouched, for the term; erased when it is over."""

    def erase(key: str, at: datetime) -> None:
        erase_pledge(pledge=Pledge.objects.get(pk=key), by=SYSTEM, at=at, why=WHY)

    return Rows(
        lambda before: Pledge.objects.filter(status__in=states, updated_at__lt=before), "updated_at", change=erase
    )


def _needs(*states: str) -> Rows:
    def erase(key: str, at: datetime) -> None:
        erase_need(need=Need.objects.get(pk=key), by=SYSTEM, at=at, why=WHY)

    return Rows(
        lambda before: Need.objects.filter(status__in=states, erased_at=None, updated_at__lt=before),
        "updated_at",
        change=erase,
    )


def _thin(key: str, at: datetime) -> None:
    thin(Match.objects.get(pk=key), at=at)


def _thin_run(key: str, at: datetime) -> None:
    thin_run(MatchingRun.objects.get(pk=key), at=at)


belongs("held_for_review", forget=forgetting.forget, show=forgetting.told)
belongs("calendar_address", forget=forget_link, show=told_link)
belongs("photos", forget=shred_photos, show=told_photos)
belongs("people_asked", forget=forget_references, show=told_references)

let_go(
    Passing(
        "offers.asked",
        what="how many messages an address had that nobody has proven, by its blind index",
        days=2,
        remains="nothing",
        source=Rows(lambda before: AddressAsked.objects.filter(at__lt=before), "at"),
        tables=("offers_addressasked",),
    ),
    Passing(
        "offers.drafts",
        what="offers begun and never sent: no contact, but what there would have been",
        days=14,
        remains="nothing",
        source=Rows(
            lambda before: Pledge.objects.filter(status=PledgeStatus.DRAFT, updated_at__lt=before),
            "updated_at",
            change=drop_draft,
        ),
        tables=("offers_pledge",),
    ),
    Passing(
        "offers.unconfirmed",
        what="offers whose address was never confirmed, with their sealed contact",
        days=14,
        shortest=2,
        remains=NUMBERS,
        source=_pledges(PledgeStatus.SUBMITTED),
        tables=GOING_WITH_IT,
    ),
    Passing(
        "offers.withdrawn",
        what="offers taken back, with their sealed contact and checks",
        days=30,
        remains=NUMBERS,
        source=_pledges(PledgeStatus.WITHDRAWN),
        tables=GOING_WITH_IT,
    ),
    Passing(
        "offers.expired",
        what="offers whose days are over, with their sealed contact and checks",
        days=90,
        remains=NUMBERS,
        source=_pledges(PledgeStatus.EXPIRED),
        tables=GOING_WITH_IT,
    ),
    Passing(
        "offers.rejected",
        what="offers that were not accepted: long enough to notice the same address coming back",
        days=180,
        remains=NUMBERS,
        source=_pledges(PledgeStatus.REJECTED),
        tables=GOING_WITH_IT,
    ),
    Passing(
        "offers.suspended",
        what="offers stopped for safety, and not taken up again",
        days=730,
        shortest=30,
        remains=NUMBERS,
        source=_pledges(PledgeStatus.SUSPENDED),
        tables=GOING_WITH_IT,
    ),
    Passing(
        "needs.drafts",
        what="needs begun and never handed in",
        days=90,
        remains=LEFT_OF_A_NEED,
        source=_needs(NeedStatus.DRAFT),
        tables=("offers_need",),
    ),
    Passing(
        "needs.ended",
        what="needs that were met, taken back, merged or ran out: the owner's reference, the household, the facts",
        days=180,
        shortest=30,  # a row on the board outlives its need by a month at most
        remains=LEFT_OF_A_NEED,
        source=_needs(NeedStatus.FULFILLED, NeedStatus.EXPIRED, NeedStatus.WITHDRAWN, NeedStatus.MERGED),
        tables=("offers_need", "offers_releasewait", "offers_publication"),
    ),
    Passing(
        "matches.ended",
        what="matches that are over: days, units held, score and what it was made of, what checks were answered with",
        days=180,
        shortest=30,
        remains="which need and which offer, in which months, how many units, how it went and when",
        source=Rows(
            lambda before: Match.objects.filter(status__in=ENDED, thinned_at=None, updated_at__lt=before),
            "updated_at",
            change=_thin,
        ),
        tables=("offers_match", "offers_hold", "offers_placementcheck"),
    ),
    Passing(
        "matching.runs",
        what="plans: which need was to go to which offer, on which days, and the prices that prove it",
        days=30,
        remains="when a plan was made, what it was asked for, and what it reached in figures",
        source=Rows(
            lambda before: MatchingRun.objects.filter(thinned_at=None, created_at__lt=before),
            "created_at",
            change=_thin_run,
        ),
        tables=("offers_matchingrun", "offers_assignment"),
    ),
)

keep(
    Kept(
        "offers.histories",
        what="which state followed which, when, by which opaque actor, for which code",
        why="how an offer, a need, a match, a plan came to be what it is; nobody is in them",
        tables=("offers_pledgemove", "offers_needmove", "offers_matchmove", "offers_suggestionmove", "offers_runmove"),
    ),
    Kept(
        "offers.incidents",
        what="safety reports: of which match, by which side, of what kind, what they froze and which two lifted it",
        why="whether something was reported before is asked for years; ids and codes, nobody is in them",
        tables=("offers_incident", "offers_incidentmove", "offers_freeze"),
    ),
    Kept(
        "board.history",
        what="what the board has shown, and under which signed policy",
        why="the release gate proves over all history that nobody stood alone",
        tables=(
            "offers_release",
            "offers_cohort",
            "offers_publication",
            "offers_policysignature",
            "offers_boardswitch",
        ),
    ),
    Kept(
        "board.answers",
        what="which offer was suggested to which class of the board, and whether a match came of it",
        why="one answer per offer and class; ids and states, nobody is in them",
        tables=("offers_suggestion",),
    ),
    Kept(
        "impact.figures",
        what="counts by month, published once in full tens",
        why="a month that is frozen stays as it was told; nobody is in them",
        tables=("offers_impactfigure",),
    ),
)
