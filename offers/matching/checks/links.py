"""The private link of one check: good for one answer, and for a month for saying that it is not safe."""

from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare

from kernel.ids import ID_LENGTH
from offers.matching.checks.models import PlacementCheck
from offers.matching.models import MatchStatus
from offers.pledges.links import signature

LASTS = timedelta(days=30)


def _signature(check: PlacementCheck) -> str:
    return signature("check", f"{check.pk}:{check.match.pledge.link_version}")


def token(check: PlacementCheck) -> str:
    """Return the word in the address: the check's random id, signed for this purpose alone."""
    return check.pk.removeprefix("chk_") + _signature(check)


def check_behind(word: str, *, at: datetime) -> PlacementCheck | None:
    """Return the check a link was mailed for, answered or not; None once help has ended or it is asked anew.

    Whether somebody of the other side has reported something makes no difference here.
    """
    rows = PlacementCheck.objects.filter(pk=f"chk_{word[:ID_LENGTH]}", by_mail=True, match__status=MatchStatus.STARTED)
    check = rows.select_related("match__need", "match__pledge__organisation").first()
    if check is None or not constant_time_compare(_signature(check), word[ID_LENGTH:]):
        return None
    over = at >= check.asked_at + LASTS or (check.ended_at is not None and not check.answer)
    return None if over else check
