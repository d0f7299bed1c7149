"""The rows of this app, from the slice each belongs to."""

from offers.matching.models import Hold, Match, MatchMove, MatchStatus
from offers.needs.models import Need, NeedMove, NeedStatus
from offers.pledges.models import Pledge, PledgeMove, PledgeStatus, VettingStep

__all__ = [
    "Hold",
    "Match",
    "MatchMove",
    "MatchStatus",
    "Need",
    "NeedMove",
    "NeedStatus",
    "Pledge",
    "PledgeMove",
    "PledgeStatus",
    "VettingStep",
]
