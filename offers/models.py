"""The rows of this app, from the slice each belongs to."""

from offers.impact.models import ImpactFigure
from offers.matching.checks.models import CheckAnswer, PlacementCheck
from offers.matching.models import Hold, Match, MatchMove, MatchStatus
from offers.matching.runs.models import Assignment, MatchingRun, RunMove
from offers.matching.safety.models import Freeze, Incident, IncidentMove, IncidentStatus
from offers.matching.suggestions.models import Suggestion, SuggestionMove
from offers.needs.board.models import BoardSwitch, Cohort, PolicySignature, Publication, Release, ReleaseWait
from offers.needs.models import Need, NeedMove, NeedStatus
from offers.pledges.calendar_link.models import CalendarLink
from offers.pledges.models import Pledge, PledgeMove, PledgeStatus, VettingStep
from offers.pledges.moderation.models import AddressAsked, Decision, HeldOffer, HoldReason
from offers.pledges.photos.models import PledgePhoto
from offers.pledges.references.models import Reference

__all__ = [
    "AddressAsked",
    "Assignment",
    "BoardSwitch",
    "CalendarLink",
    "CheckAnswer",
    "Cohort",
    "Decision",
    "Freeze",
    "HeldOffer",
    "Hold",
    "HoldReason",
    "ImpactFigure",
    "Incident",
    "IncidentMove",
    "IncidentStatus",
    "Match",
    "MatchMove",
    "MatchStatus",
    "MatchingRun",
    "Need",
    "NeedMove",
    "NeedStatus",
    "PlacementCheck",
    "Pledge",
    "PledgeMove",
    "PledgePhoto",
    "PledgeStatus",
    "PolicySignature",
    "Publication",
    "Reference",
    "Release",
    "ReleaseWait",
    "RunMove",
    "Suggestion",
    "SuggestionMove",
    "VettingStep",
]
