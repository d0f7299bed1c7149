"""May it go on? What a safety report froze, or whose offer was stopped, takes no step forward."""

from django.utils.translation import gettext as _

from kernel.states import Refusal
from offers.matching.models import Match, MatchStatus
from offers.pledges.models import PledgeStatus

LEFT = (MatchStatus.CANCELED, MatchStatus.FAILED)  # what remains of a frozen match


def must_not_be_frozen(match: Match) -> None:
    """Raise Refusal `frozen`, naming the state and what is left, if a safety report froze the match."""
    if match.frozen:
        legal = [end.value for end in LEFT if end in match.moves.legal(match.status)]
        sentence = _("A safety report froze this match: until two people lift that, it can only be called off or fail.")
        raise Refusal("frozen", sentence, state=str(match.status), legal=legal)


def must_go_on(match: Match) -> None:
    """Raise Refusal `frozen`, or `pledge_stopped` when the offer was stopped and nobody has checked it anew since."""
    must_not_be_frozen(match)
    if match.pledge.status == PledgeStatus.SUSPENDED:
        raise Refusal("pledge_stopped", _("This offer was stopped: it has to be checked anew before this goes on."))
