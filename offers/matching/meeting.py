"""Whether the two of a match can have met: the contact was shown, or help had begun."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from offers.matching.models import MatchMove, MatchStatus

MET = (MatchStatus.CONTACT_DISCLOSED, MatchStatus.STARTED)
RECENT = timedelta(days=30)  # so long after its end something can still be said of a match


def could_meet() -> Q:
    """Return what matches have in common in which the two could meet."""
    return Q(Exists(MatchMove.objects.filter(match=OuterRef("pk"), new__in=MET)))
