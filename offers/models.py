"""The rows of this app, from the slice each belongs to."""

from offers.matching.models import Hold, Match, MatchMove, MatchStatus
from offers.needs.board.models import BoardSwitch, Cohort, PolicySignature, Publication, Release, ReleaseWait
from offers.needs.models import Need, NeedMove, NeedStatus
from offers.pledges.models import Pledge, PledgeMove, PledgeStatus, VettingStep

__all__ = [
    "BoardSwitch",
    "Cohort",
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
    "PolicySignature",
    "Publication",
    "Release",
    "ReleaseWait",
    "VettingStep",
]
