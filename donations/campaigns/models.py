"""A campaign: somebody who may collect for a fund, on one page of theirs, for a while. Two people say so."""

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from donations.campaigns.addresses import LONGEST_HOST, LONGEST_PATH, PageAddress
from donations.funds.models import Fund
from kernel.accounts.models import Organisation
from kernel.ids.fields import PublicIdField
from kernel.money import CURRENCIES, Money
from kernel.states import Moves


class CampaignStatus(models.TextChoices):
    DRAFT = "draft", _("waits for a second person")  # nobody outside sees it
    AUTHORISED = "authorised", _("authorised")
    ENDED = "ended", _("ended")  # its time is over, or was ended as agreed
    WITHDRAWN = "withdrawn", _("withdrawn")  # taken back; a draft that is dropped never was seen outside


CAMPAIGN_MOVES = Moves({"draft": ("authorised", "withdrawn"), "authorised": ("ended", "withdrawn")})


class Standing(models.TextChoices):
    """What the public is told: the state and the day together, so that no page depends on a job."""

    UPCOMING = "upcoming", _("not begun yet")
    CURRENT = "current", _("genuine")
    ENDED = "ended", _("ended")
    WITHDRAWN = "withdrawn", _("withdrawn")


class CampaignQuerySet(models.QuerySet["Campaign"]):
    """Adjectives."""

    def signed(self) -> "CampaignQuerySet":
        """Those that two people authorised, whatever became of them: what anybody may know of."""
        return self.exclude(signed_at=None)

    def current(self, today: date) -> "CampaignQuerySet":
        """Those that may collect today."""
        return self.filter(status=CampaignStatus.AUTHORISED, begins_on__lte=today, ends_before__gt=today)

    def collected_by(self, organisation: Organisation) -> "CampaignQuerySet":
        """The authorised ones of a partner; for the operator, of everybody."""
        signed = self.signed()
        return signed if organisation.is_operator else signed.filter(partner=organisation)


class Campaign(models.Model):
    """What was asked for stays as it was asked for: another page or day is another campaign."""

    id = PublicIdField(prefix="ca")
    partner = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        related_name="campaigns",
        on_delete=models.PROTECT,  # who was allowed to collect stays known
    )
    fundraiser = models.CharField(max_length=80, blank=True, default="")  # a group that is no partner, by its name
    fund = models.ForeignKey(Fund, related_name="campaigns", on_delete=models.PROTECT)  # for what it collected
    title = models.CharField(max_length=80)
    title_ru = models.CharField(max_length=80, blank=True, default="")
    host = models.CharField(max_length=LONGEST_HOST)  # as PageAddress says it
    path = models.CharField(max_length=LONGEST_PATH, default="/")
    begins_on = models.DateField()
    ends_before = models.DateField()  # the day on which it is over
    goal_minor = models.BigIntegerField(null=True, blank=True)
    goal_currency = models.CharField(max_length=3, blank=True, default="")
    status = models.CharField(max_length=10, choices=CampaignStatus, default=CampaignStatus.DRAFT)
    asked_by = models.CharField(max_length=80)  # opaque actor
    signed_by = models.CharField(max_length=80, blank=True, default="")
    signed_at = models.DateTimeField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)  # when it was ended or withdrawn
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_index=True)

    moves = CAMPAIGN_MOVES
    objects = CampaignQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(partner__isnull=False, fundraiser="") | (Q(partner=None) & ~Q(fundraiser="")),
                name="donations_campaign_one_collector",
                violation_error_message=_("A campaign is a partner's, or one named fundraiser's."),
            ),
            models.CheckConstraint(
                condition=Q(ends_before__gt=F("begins_on")),
                name="donations_campaign_has_days",
                violation_error_message=_("A campaign lasts a day at least."),
            ),
            models.CheckConstraint(
                condition=Q(goal_minor=None, goal_currency="") | Q(goal_minor__gt=0, goal_currency__in=CURRENCIES),
                name="donations_campaign_goal_whole",
                violation_error_message=_("A goal is an amount above zero in a currency taken here, or absent."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "withdrawn"), signed_by="", signed_at=None)
                | (Q(status__in=("authorised", "ended", "withdrawn"), signed_at__isnull=False) & ~Q(signed_by="")),
                name="donations_campaign_signed_whole",
                violation_error_message=_("What is authorised says who signed, and when."),
            ),
            models.CheckConstraint(
                condition=~Q(signed_by=F("asked_by")),
                name="donations_campaign_two_people",
                violation_error_message=_("A second person signs: the one who asked cannot."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "authorised"), over_at=None)
                | Q(status__in=("ended", "withdrawn"), over_at__isnull=False),
                name="donations_campaign_over_whole",
                violation_error_message=_("What is over says since when, and nothing else does."),
            ),
            models.UniqueConstraint(
                fields=["host", "path"],
                condition=Q(status__in=("draft", "authorised")),
                name="donations_campaign_page_once",
                violation_error_message=_("Another campaign stands at this address."),
            ),
        ]

    def __str__(self) -> str:
        return self.pk

    @property
    def goal(self) -> Money | None:
        """What it hopes to raise, if it says so."""
        return None if self.goal_minor is None else Money(self.goal_minor, self.goal_currency)

    @property
    def page(self) -> PageAddress:
        """Where it collects, and nowhere else."""
        return PageAddress(self.host, self.path)

    @property
    def shown_title(self) -> str:
        """The title in the language of the reader."""
        return (self.title_ru if (get_language() or "").startswith("ru") else "") or self.title

    @property
    def collector(self) -> str:
        """Who collects, by name."""
        return self.partner.name if self.partner else self.fundraiser

    def standing(self, today: date) -> Standing:
        """Return what the public is told of an authorised campaign that day."""
        if self.status == CampaignStatus.WITHDRAWN:
            return Standing.WITHDRAWN
        if self.status == CampaignStatus.ENDED or today >= self.ends_before:
            return Standing.ENDED
        return Standing.UPCOMING if today < self.begins_on else Standing.CURRENT

    @property
    def last_day(self) -> date:
        """The last day on which it may collect."""
        return self.ends_before - timedelta(days=1)

    @property
    def over_on(self) -> date:
        """The day from which it counts no more."""
        return min(self.ends_before, self.over_at.date()) if self.over_at else self.ends_before

    def keep_history(self, *, old: str, new: str, by: str, at: datetime, why: str) -> None:
        """Write the row that says who moved it."""
        CampaignMove.objects.create(campaign=self, old=old, new=new, by=by, at=at, why=why)


class CampaignMove(models.Model):
    """One change of state of a campaign."""

    written_once = True

    campaign = models.ForeignKey(Campaign, related_name="history", on_delete=models.PROTECT)  # kept with its campaign
    old = models.CharField(max_length=10, blank=True, default="")
    new = models.CharField(max_length=10)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    why = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.old} → {self.new}"
