"""A link that was mailed, and the visit that it opened. A row says nothing to who does not hold its word."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.ids.fields import PublicIdField


class VisitEnd(models.TextChoices):
    LEFT = "left", _("left")  # the donor closed it
    ERASED = "erased", _("erased")  # the donor had everything erased


class GivingLink(models.Model):
    """A link to what was given with one address. Both words, the link's and the visit's, are kept as digests alone.

    `mailbox` is the digest of the address as it was spelled, under the word that is good now: two addresses that the
    blind index takes for one (`straße`, `strasse`) are two mailboxes.
    """

    id = PublicIdField(prefix="gl")
    blind_email = models.BinaryField(max_length=32, db_index=True)
    mailbox = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField(db_index=True)
    good_until = models.DateTimeField()  # for opening it
    opened_at = models.DateTimeField(null=True, blank=True)  # it opens once
    visit_digest = models.BinaryField(max_length=32, unique=True, null=True, blank=True)
    visit_until = models.DateTimeField(null=True, blank=True)
    ended = models.CharField(max_length=6, choices=VisitEnd, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(opened_at=None, visit_digest=None, visit_until=None, ended="")
                | Q(opened_at__isnull=False, visit_digest__isnull=False, visit_until__isnull=False),
                name="donations_givinglink_opened_has_a_visit",
                violation_error_message=_("A link that was opened has a visit with an end, and no other has."),
            ),
            models.CheckConstraint(
                condition=Q(ended__in=["", "left", "erased"]),
                name="donations_givinglink_end_known",
                violation_error_message=_("This is not how a visit ends."),
            ),
        ]

    def __str__(self) -> str:
        return self.pk
