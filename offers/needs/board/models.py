"""Releases, cohorts and the rows that partners see."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.ids.fields import PublicIdField
from offers.needs.models import Need

LINE = "pub"  # the prefix of a line's id


class PolicySignatureQuerySet(models.QuerySet["PolicySignature"]):
    """Adjectives."""

    def signed(self) -> "PolicySignatureQuerySet":
        """Those that two people signed."""
        return self.exclude(seconded_by="")


class PolicySignature(models.Model):
    """A version of the release policy, with all it says; it may come into force once two people have signed it."""

    version = models.PositiveIntegerField(unique=True)
    fingerprint = models.CharField(max_length=64)  # SHA-256 over `says`
    says = models.JSONField()  # figures, groups and lines: see offers.needs.gate.policy
    since_slot = models.PositiveIntegerField(null=True, blank=True)  # the first slot it decided
    signed_by = models.CharField(max_length=60)
    signed_at = models.DateTimeField()
    seconded_by = models.CharField(max_length=60, blank=True, default="")
    seconded_at = models.DateTimeField(null=True, blank=True)

    objects = PolicySignatureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(seconded_by=F("signed_by")),
                name="offers_policy_two_people",
                violation_error_message=_("A second person signs the release policy."),
            ),
            models.CheckConstraint(
                condition=Q(since_slot=None) | ~Q(seconded_by=""),
                name="offers_policy_in_force_is_signed",
                violation_error_message=_("A policy is in force only after two people signed it."),
            ),
        ]

    def __str__(self) -> str:
        return f"policy {self.version}"


class BoardSwitch(models.Model):
    """One row: how far the slot clock stands ahead, and whether somebody cleared the board."""

    slots_ahead = models.PositiveIntegerField(default=0)  # moved in the demo alone
    closed_by = models.CharField(max_length=60, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(id=1), name="offers_one_board", violation_error_message=_("There is one board.")
            )
        ]

    def __str__(self) -> str:
        return "closed" if self.closed_at else "open"


class Release(models.Model):
    """One slot at which the gate decided, whether or not anything passed."""

    slot = models.PositiveIntegerField(unique=True)
    policy_version = models.PositiveIntegerField()
    released_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"slot {self.slot}"


class Cohort(models.Model):
    """Rows of one class that appear together and leave together."""

    release = models.ForeignKey(
        Release, related_name="cohorts", on_delete=models.PROTECT
    )  # the invariant reads all history
    class_key = models.CharField(max_length=80)  # words on the way through the partition: home/europe/one
    k = models.PositiveSmallIntegerField()
    from_slot = models.PositiveIntegerField()
    until_slot = models.PositiveIntegerField()  # half-open; brought forward by the kill switch alone
    # what every line says: it stands here once, so that no line of a class can say anything of its own
    kind_group = models.CharField(max_length=10)
    zone = models.CharField(max_length=30)
    party_band = models.CharField(max_length=3)
    period = models.CharField(max_length=8)
    requires = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["release", "class_key"],
                name="offers_cohort_one_a_class",
                violation_error_message=_("This class was decided at this slot already."),
            ),
            models.CheckConstraint(
                condition=Q(until_slot__gte=F("from_slot"), k__gte=5),
                name="offers_cohort_whole",
                violation_error_message=_("A cohort hides at least five households and ends after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.class_key} at {self.from_slot}"


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Adjectives."""

    def listed(self, slot: int) -> "PublicationQuerySet":
        """Those that stand on the board at that slot."""
        return self.filter(cohort__from_slot__lte=slot, cohort__until_slot__gt=slot)


class Publication(models.Model):
    """A line of the board: a random id of its own, and the words of its cohort."""

    id = PublicIdField(prefix=LINE)
    cohort = models.ForeignKey(Cohort, related_name="rows", on_delete=models.PROTECT)  # the invariant reads all history
    need = models.ForeignKey(Need, related_name="publications", on_delete=models.PROTECT)  # never shown
    household = models.BinaryField(max_length=32)  # never shown

    objects = PublicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "need"],
                name="offers_publication_once_a_cohort",
                violation_error_message=_("This need stands in this cohort already."),
            )
        ]

    def __str__(self) -> str:
        return self.pk


class ReleaseWait(models.Model):
    """The random delay before an open need may appear, drawn anew for each publication."""

    need = models.OneToOneField(Need, related_name="release_wait", on_delete=models.CASCADE)  # nothing but a date
    ready_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.need_id
