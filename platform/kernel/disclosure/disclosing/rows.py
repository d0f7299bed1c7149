"""A disclosure, what became of it, and the halves of data keys on their way to the one who asked."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kernel.accounts.models import Member, Organisation
from kernel.ids.fields import PublicIdField
from kernel.states import Moves
from kernel.vault.models import Group


class DisclosurePurpose(models.TextChoices):
    CONFIRMED_MATCH = "confirmed_match", _("a confirmed match")
    VETTING_STEP = "vetting_step", _("a vetting step")
    SAFETY_INCIDENT = "safety_incident", _("a safety incident")


class DisclosureStatus(models.TextChoices):
    ASKED = "asked", _("waits for a second person")  # a caseworker asked; nobody has given anything
    HALF_GIVEN = "half_given", _("waits for the other half")  # across organisations: one of the two has given theirs
    APPROVED = "approved", _("can be read once")  # for 15 minutes, by the one who asked
    READ = "read", _("was read")  # shown, and its boxes are gone
    DECLINED = "declined", _("declined")  # somebody of the side that keeps the keys said no
    TAKEN_BACK = "taken_back", _("taken back")  # whoever asked needs it no more
    LAPSED = "lapsed", _("lapsed")  # nobody answered in a day, or it was not read in time, or somebody left


OPEN = ("asked", "half_given", "approved")
WAITING = ("asked", "half_given")
_ENDS = ("declined", "taken_back", "lapsed")
DISCLOSURE_MOVES = Moves(
    {
        "asked": ("half_given", "approved", *_ENDS),
        "half_given": ("approved", *_ENDS),
        "approved": ("read", *_ENDS),
    }
)


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    """Adjectives."""

    def open(self) -> "DisclosureQuerySet":
        """Those that still may lead to a reading."""
        return self.filter(status__in=OPEN)

    def visible_to(self, member: Member) -> "DisclosureQuerySet":
        """One's own, and those in which one's group has a part."""
        theirs = Q(owner=member.organisation_id)
        if member.key_group != Group.B:  # within one organisation a caseworker gives nothing to another
            theirs &= ~Q(requester__organisation=F("owner"))
        return self.filter(Q(requester=member) | theirs) if member.key_group else self.none()


class Disclosure(models.Model):
    """One request to see sealed records for a purpose. `object_id` and the record ids are opaque here.

    Without free text: a purpose, what it is about, who asked, and who gave the halves of the data keys.
    """

    id = PublicIdField(prefix="ds")
    purpose = models.CharField(max_length=20, choices=DisclosurePurpose.choices)
    object_id = models.CharField(max_length=80)
    record_purpose = models.CharField(max_length=40)
    record_ids = models.JSONField()  # of sealed records, sorted
    owner = models.ForeignKey(
        Organisation,
        related_name="+",
        on_delete=models.PROTECT,  # whose people answer for it stays known
    )
    requester = models.ForeignKey(
        Member,
        related_name="disclosures",
        on_delete=models.PROTECT,  # who saw a contact stays known
    )
    half_a_by = models.ForeignKey(
        Member,
        null=True,
        blank=True,
        related_name="+",
        on_delete=models.PROTECT,  # who let it happen stays known
    )  # across organisations alone: within one, the requester's own group holds it
    half_b_by = models.ForeignKey(
        Member,
        null=True,
        blank=True,
        related_name="+",
        on_delete=models.PROTECT,  # who let it happen stays known
    )
    status = models.CharField(max_length=10, choices=DisclosureStatus, default=DisclosureStatus.ASKED)
    asked_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(db_index=True)  # a day after asking; once approved, 15 minutes later
    updated_at = models.DateTimeField()

    objects = DisclosureQuerySet.as_manager()
    moves = DISCLOSURE_MOVES

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(half_b_by=None) | ~Q(half_b_by=F("requester")))
                & (Q(half_a_by=None) | ~Q(half_a_by=F("requester")))
                & (Q(half_a_by=None) | Q(half_b_by=None) | ~Q(half_a_by=F("half_b_by"))),
                name="disclosure_two_people",
                violation_error_message=_("A second person approves: whoever asked cannot."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=("approved", "read"), half_b_by__isnull=False, approved_at__isnull=False)
                | ~Q(status__in=("approved", "read")),
                name="disclosure_approved_whole",
                violation_error_message=_("What can be read says who approved it, and when."),
            ),
            models.CheckConstraint(
                condition=Q(status="read", read_at__isnull=False) | (~Q(status="read") & Q(read_at=None)),
                name="disclosure_read_whole",
                violation_error_message=_("What was read says when."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=DisclosureStatus.values, purpose__in=DisclosurePurpose.values),
                name="disclosure_words_known",
                violation_error_message=_("A disclosure is for one of three purposes, and in a known state."),
            ),
            models.UniqueConstraint(
                fields=["requester", "purpose", "object_id"],
                condition=Q(status__in=OPEN),
                name="disclosure_asked_once",
                violation_error_message=_("You have asked for this already."),
            ),
        ]

    def __str__(self) -> str:
        return self.pk

    @property
    def crosses(self) -> bool:
        """Whether it leads out of the organisation that keeps the keys: then that side gives both halves."""
        return self.requester.organisation_id != self.owner_id

    def keep_history(self, *, old: str, new: str, by: str, at: datetime, why: str) -> None:
        """Write the row that says who moved it."""
        DisclosureMove.objects.create(disclosure=self, old=old, new=new, by=by, at=at, why=why)


class DisclosureMove(models.Model):
    """One change of state of a disclosure."""

    written_once = True

    disclosure = models.ForeignKey(
        Disclosure,
        related_name="history",
        on_delete=models.PROTECT,  # history is kept with its disclosure
    )
    old = models.CharField(max_length=10, blank=True, default="")
    new = models.CharField(max_length=10)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    why = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.disclosure_id}: {self.old} → {self.new}"


class DisclosureBox(models.Model):
    """One half of one record's data key, sealed to the requester alone. Deleted with the reading, or with the end."""

    disclosure = models.ForeignKey(
        Disclosure,
        related_name="boxes",
        on_delete=models.CASCADE,  # nothing without its disclosure
    )
    letter = models.CharField(max_length=1, choices=Group.choices)
    record_id = models.CharField(max_length=80)
    box = models.BinaryField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["disclosure", "letter", "record_id"],
                name="disclosure_box_one_half_each",
                violation_error_message=_("This half has been given already."),
            )
        ]

    def __str__(self) -> str:
        return f"half {self.letter} for {self.disclosure_id}"
