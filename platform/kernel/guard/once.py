"""A stamp serves once: the deed it was sent for and the note that it has served stand or fall together."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from kernel.guard.models import SpentStamp
from kernel.guard.stamps import LASTS, Stamp
from kernel.states import Refusal


@transaction.atomic
def once(stamp: Stamp, deed: Callable[[], str], *, same: Callable[[str], bool] = bool) -> str:
    """Do `deed` and return the id it returns; for a stamp that has served, return the id of that time.

    So the second of two clicks is answered as the first. `same` says whether the earlier outcome is what is asked for
    now; if not, Refusal `sent_already` is raised. A deed that raises leaves the stamp as it was.
    """
    spent, new = SpentStamp.objects.get_or_create(word=stamp.word, defaults={"spent_at": timezone.now()})
    if not new:
        if not same(spent.came_to):
            raise Refusal("sent_already", _("This page was sent already. Send it once more if you mean it again."))
        return spent.came_to
    spent.came_to = deed()
    spent.save(update_fields=["came_to"])
    return spent.came_to


def forget_old_stamps() -> int:
    """Delete stamps too old to be believed; return how many."""
    deleted, _by_model = SpentStamp.objects.filter(spent_at__lt=timezone.now() - timedelta(seconds=LASTS)).delete()
    return deleted
