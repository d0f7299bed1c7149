"""A key an organisation has used, what it was used for, and the answer it got."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel.accounts.models import Organisation

KEPT = timedelta(hours=24)


class IdempotencyKeyQuerySet(models.QuerySet["IdempotencyKey"]):
    """Adjectives."""

    def over(self, at: datetime) -> "IdempotencyKeyQuerySet":
        """Those whose day has passed: the key is free again."""
        return self.filter(created_at__lte=at - KEPT)


class IdempotencyKey(models.Model):
    """The key and the request lie here only as keyed hashes; the answer lies sealed under the server's key."""

    organisation = models.ForeignKey(
        Organisation,
        related_name="+",
        on_delete=models.CASCADE,  # kept a day, and worth nothing without its organisation
    )
    digest = models.CharField(max_length=64)  # HMAC of the key: a caller may have written anything into it
    fingerprint = models.CharField(max_length=64)  # HMAC of method, path and body
    claim = models.CharField(max_length=32)  # which request holds the key: random
    object_id = models.CharField(max_length=40, blank=True, default="")  # in two phases: what the first has written
    leased_until = models.DateTimeField(null=True, blank=True)  # in two phases: how long the second may take
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # of the stored answer; none: not answered yet
    sealed = models.BinaryField(null=True, blank=True)  # the answer's body and headers
    created_at = models.DateTimeField(db_index=True)

    objects = IdempotencyKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "digest"],
                name="api_idempotency_key_once",
                violation_error_message=_("This key has been used already."),
            ),
            models.CheckConstraint(
                condition=models.Q(status=None, sealed=None) | models.Q(status__gte=200, status__lt=300),
                name="api_idempotency_only_success_kept",
                violation_error_message=_("Only an answer of success is kept."),
            ),
        ]

    def __str__(self) -> str:
        return f"key {self.pk} of {self.organisation_id}"
