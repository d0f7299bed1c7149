"""What can be done with a match; each deed is one transaction and returns the match, or raises a Refusal."""

from offers.matching.deeds.answers import accept, agree, cancel, decline, still_proposed
from offers.matching.deeds.confirming import confirm
from offers.matching.deeds.expiring import expire_overdue
from offers.matching.deeds.failing import fail
from offers.matching.deeds.helping import complete, start
from offers.matching.deeds.overdue_needs import expire_needs
from offers.matching.deeds.proposing import propose
from offers.matching.deeds.releasing import free_pledge
from offers.matching.deeds.settling import settle_days
from offers.matching.deeds.stopping import stop_pledge, turn_down_pledge
from offers.matching.deeds.suggested import fitting_suggestions, propose_suggested

__all__ = [
    "accept",
    "agree",
    "cancel",
    "complete",
    "confirm",
    "decline",
    "expire_needs",
    "expire_overdue",
    "fail",
    "fitting_suggestions",
    "free_pledge",
    "propose",
    "propose_suggested",
    "settle_days",
    "start",
    "still_proposed",
    "stop_pledge",
    "turn_down_pledge",
]
