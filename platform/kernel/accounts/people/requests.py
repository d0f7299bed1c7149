"""What is asked for about a person's login, and how far it is: one row from the asking to the end."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel.accounts.members import Member, Role
from kernel.accounts.organisations import Organisation
from kernel.ids.fields import PublicIdField

LINK_LASTS = timedelta(days=3)


class StaffDeed(models.TextChoices):
    INVITE = "invite", _("invitation")  # a new person is to sign in
    ROLE = "role", _("another role")  # a member is to do something else
    RESET = "reset", _("a new sign-in")  # password or second factor are lost
    RETURN = "return", _("return")  # a suspended member is to come back
    LEAVE = "leave", _("leaving for good")  # a member goes, and whatever keys the member holds with them


# these end in a link by which the person sets a password and a second factor
LINKED = (StaffDeed.INVITE, StaffDeed.RESET, StaffDeed.RETURN)


class StaffRequestQuerySet(models.QuerySet["StaffRequest"]):
    """Adjectives of requests."""

    def visible_to(self, member: Member) -> "StaffRequestQuerySet":
        """Those about the member's own organisation; about everybody's, for the operator."""
        return self if member.organisation.is_operator else self.filter(organisation=member.organisation_id)

    def open(self) -> "StaffRequestQuerySet":
        """Those that wait for a signature or for the person."""
        return self.filter(done_at=None, dropped_at=None)


class StaffRequest(models.Model):
    """Asked for by one person; signed by another where it takes two; done by itself, or by the person's own link.

    An invitation knows the address until it ends, a request about a member never has one. The link is kept as a hash.
    """

    id = PublicIdField(prefix="staff")
    deed = models.CharField(max_length=6, choices=StaffDeed.choices)
    organisation = models.ForeignKey(
        Organisation,
        related_name="+",
        on_delete=models.PROTECT,  # who was let in, and where, stays known
    )
    member = models.ForeignKey(
        Member,
        null=True,
        blank=True,
        related_name="requests",
        on_delete=models.PROTECT,  # what was changed about a member stays known
    )
    email = models.EmailField(max_length=254, blank=True)
    language = models.CharField(max_length=5, default="en")
    role = models.CharField(max_length=12, choices=Role.choices, blank=True)
    takes_two = models.BooleanField(default=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,  # the first administrator is invited from the command line
        related_name="+",
        on_delete=models.PROTECT,  # who asked stays known
    )
    asked_at = models.DateTimeField()
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        related_name="+",
        on_delete=models.PROTECT,  # who signed stays known
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    token_hash = models.CharField(max_length=64, blank=True)
    link_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    objects = StaffRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(deed__in=StaffDeed.values),
                name="accounts_staff_deed_known",
                violation_error_message=_("Choose one of the deeds of people."),
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None) | ~Q(signed_by=models.F("asked_by")),
                name="accounts_staff_two_people",
                violation_error_message=_("A second person signs: the one who asked cannot."),
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(takes_two=False) | Q(signed_at__isnull=False),
                name="accounts_staff_done_when_signed",
                violation_error_message=_("What takes two people is done once the second has signed."),
            ),
            models.CheckConstraint(
                condition=Q(takes_two=True) | Q(deed="invite"),
                name="accounts_staff_one_person_only_invites",
                violation_error_message=_("A change to a member takes two people."),
            ),
            models.CheckConstraint(
                condition=(Q(done_at=None) & Q(dropped_at=None)) | Q(email="", token_hash=""),
                name="accounts_staff_over_knows_no_address",
                violation_error_message=_("What is over keeps no address and no link."),
            ),
            models.UniqueConstraint(
                fields=["member", "deed"],
                condition=Q(done_at=None, dropped_at=None, member__isnull=False),
                name="accounts_staff_asked_once",
                violation_error_message=_("This has been asked for already."),
            ),
        ]
        indexes = [models.Index(fields=["token_hash"], name="accounts_staff_by_link")]

    def __str__(self) -> str:
        return f"{self.deed} in {self.organisation_id}"

    @property
    def granted(self) -> bool:
        """Whether as many people as it takes have said yes."""
        return not self.takes_two or self.signed_at is not None

    @property
    def address(self) -> str:
        """Where the link goes."""
        return self.email or (self.member.user.email if self.member else "")

    def leads(self, at: datetime) -> bool:
        """Whether the link that was sent last still opens at that moment."""
        return bool(self.link_until and self.link_until > at and not self.done_at and not self.dropped_at)
