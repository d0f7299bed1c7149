"""What was erased, and who asked for it. Opaque ids and codes: nobody is in here."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.ids.fields import PublicIdField


class Erasure(models.Model):
    """One record that was erased. Kept for good: a restored backup forgets it again by this."""

    written_once = True

    kind = models.CharField(max_length=20)  # pledge, need, donation
    record_id = models.CharField(max_length=80)
    by = models.CharField(max_length=80)  # opaque actor
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record_id"],
                name="retention_erased_once",
                violation_error_message=_("This was erased already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"


class ErasureState(models.TextChoices):
    WAITING = "waiting", _("waits for a second person")  # one person asked
    DONE = "done", _("erased")  # another approved, and it was done at once
    DROPPED = "dropped", _("not erased")  # taken back, or refused


class ErasureRequestQuerySet(models.QuerySet["ErasureRequest"]):
    """Adjectives."""

    def waiting(self) -> "ErasureRequestQuerySet":
        """Those that wait for a second person."""
        return self.filter(state=ErasureState.WAITING)

    def decided(self) -> "ErasureRequestQuerySet":
        """Those that are over, either way."""
        return self.exclude(state=ErasureState.WAITING)


class ErasureRequest(models.Model):
    """One person asks that records be erased, another approves. What was typed to find them is not kept."""

    id = PublicIdField(prefix="er")
    organisation = models.CharField(max_length=40)  # whose people decide
    subject = models.CharField(max_length=10)  # provider, person, donor
    records = models.JSONField()  # [["pledge", "pl_…"]]: what was found when it was asked for
    state = models.CharField(max_length=7, choices=ErasureState, default=ErasureState.WAITING)
    asked_by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=80, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    certificate = models.JSONField(null=True, blank=True)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | (~Q(decided_by="") & ~Q(decided_by=F("asked_by"))),
                name="retention_erasure_two_people",
                violation_error_message=_("A second person approves: the one who asked cannot."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by="", decided_at=None)
                | (Q(state__in=["done", "dropped"], decided_at__isnull=False) & ~Q(decided_by="")),
                name="retention_erasure_decided_whole",
                violation_error_message=_("A decision says who decided, and when."),
            ),
        ]

    def __str__(self) -> str:
        return self.pk


class CachedValue(models.Model):
    """A row of the shared cache, which the framework makes and writes; read here to throw away what is over."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "shared_cache"

    def __str__(self) -> str:
        return "a cached value"
