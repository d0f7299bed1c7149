"""A suggestion: a partner's answer to a line of the board. It holds nothing, and says nothing of any need."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.accounts.models import Organisation
from kernel.ids.fields import PublicIdField
from kernel.states import Moves
from offers.needs.board.models import Publication
from offers.pledges.models import Pledge


class SuggestionStatus(models.TextChoices):
    SUGGESTED = "suggested", _("suggested")  # a partner answered a published need; holds nothing
    PROPOSED = "proposed", _("proposed")  # a person agreed to a match that came of it
    EXPIRED = "expired", _("expired")  # its cohort left the board


SUGGESTION_MOVES = Moves({"suggested": ("proposed", "expired")})


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    """Adjectives."""

    def visible_to(self, organisation: Organisation) -> "SuggestionQuerySet":
        """Those the organisation made itself."""
        return self.filter(pledge__organisation=organisation)

    def live(self) -> "SuggestionQuerySet":
        """Those that still stand."""
        return self.filter(status=SuggestionStatus.SUGGESTED)

    def overdue(self, slot: int) -> "SuggestionQuerySet":
        """Those that still stand although their cohort has left the board."""
        return self.live().filter(line__cohort__until_slot__lte=slot)


class Suggestion(models.Model):
    """One pledge, offered to whoever is in the class of a line. `line` is as good as any other line of its cohort."""

    id = PublicIdField(prefix="mt")
    line = models.ForeignKey(Publication, related_name="+", on_delete=models.PROTECT)  # the board's history is kept
    class_key = models.CharField(max_length=80)
    pledge = models.ForeignKey(Pledge, related_name="suggestions", on_delete=models.PROTECT)  # a suggestion is history
    status = models.CharField(max_length=9, choices=SuggestionStatus, default=SuggestionStatus.SUGGESTED)
    units = models.PositiveIntegerField(default=1)
    match = models.CharField(max_length=40, blank=True, default="")  # its id, once the person agreed; it points here
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_index=True)

    objects = SuggestionQuerySet.as_manager()
    moves = SUGGESTION_MOVES

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pledge", "class_key"],
                condition=Q(status="suggested"),
                name="offers_suggestion_one_live_a_class",
                violation_error_message=_("This pledge has answered this group of needs already."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=SuggestionStatus.values),
                name="offers_suggestion_status_known",
                violation_error_message=_("This is not a state a suggestion can be in."),
            ),
            models.CheckConstraint(
                condition=Q(match="") | Q(status="proposed"),
                name="offers_suggestion_match_once_agreed",
                violation_error_message=_("A suggestion names its match once the person agreed."),
            ),
        ]

    def __str__(self) -> str:
        return self.pk

    def keep_history(self, *, old: str, new: str, by: str, at: datetime, why: str) -> None:
        """Write the row that says who moved it."""
        SuggestionMove.objects.create(suggestion=self, old=old, new=new, by=by, at=at, why=why)


class SuggestionMove(models.Model):
    """One change of state of a suggestion."""

    written_once = True

    suggestion = models.ForeignKey(
        Suggestion,
        related_name="history",
        on_delete=models.PROTECT,  # history is kept with its suggestion
    )
    old = models.CharField(max_length=9, blank=True, default="")
    new = models.CharField(max_length=9)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    why = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.suggestion_id}: {self.old} → {self.new}"
