"""Trust: what the operator lets a long-standing partner do by its own second person."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kernel import audit
from kernel.accounts.organisations import Organisation
from kernel.accounts.users import User
from kernel.states import Refusal

LASTS = timedelta(days=365)


class TrustSubject(models.TextChoices):
    NEEDS = "needs", _("needs")  # its needs open on submit: it has a second-person review of its own
    PROVIDERS = "providers", _("providers")  # it vets its providers itself: its pledges are active at once


class TrustGrant(models.Model):
    """Asked for by one person of the operator, in force once another has signed, lapsed after a year."""

    organisation = models.ForeignKey(
        Organisation,
        related_name="trust_grants",
        on_delete=models.PROTECT,  # what was done under a grant says so for good
    )
    subject = models.CharField(max_length=9, choices=TrustSubject.choices)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        related_name="+",
        on_delete=models.PROTECT,  # who vouched stays known
    )
    asked_at = models.DateTimeField()
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        related_name="+",
        on_delete=models.PROTECT,  # who vouched stays known
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    lapses_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(signed_by=None) | ~models.Q(signed_by=models.F("asked_by")),
                name="accounts_trust_two_people",
                violation_error_message=_("A second person signs: the one who asked cannot."),
            ),
            models.CheckConstraint(
                condition=models.Q(signed_by=None, signed_at=None, lapses_at=None)
                | models.Q(signed_by__isnull=False, signed_at__isnull=False, lapses_at__isnull=False),
                name="accounts_trust_signed_whole",
                violation_error_message=_("A signed grant says who signed, when, and when it lapses."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "subject"],
                condition=models.Q(revoked_at=None, signed_at=None),
                name="accounts_trust_one_open_request",
                violation_error_message=_("This trust has been asked for already and waits for the second person."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} for {self.subject}"

    def holds(self, at: datetime) -> bool:
        """Return whether this grant is signed, not revoked and not lapsed at that moment."""
        return bool(self.signed_at and self.lapses_at and self.signed_at <= at < self.lapses_at and not self.revoked_at)


@transaction.atomic
def ask_for_trust(*, organisation: Organisation, subject: str, by: User, at: datetime) -> TrustGrant:
    """Ask that `organisation` be trusted for `subject`. Raises Refusal `already_asked` while one waits."""
    if TrustGrant.objects.filter(organisation=organisation, subject=subject, signed_at=None, revoked_at=None).exists():
        raise Refusal(
            "already_asked", "This trust has been asked for already and waits for the second person.", "subject"
        )
    grant = TrustGrant.objects.create(organisation=organisation, subject=subject, asked_by=by, asked_at=at)
    audit.record(by.actor, "trust.asked", organisation.pk, reason=subject)
    return grant


@transaction.atomic
def sign_trust(*, grant: TrustGrant, by: User, at: datetime) -> TrustGrant:
    """Put a grant in force for a year. Raises Refusal `second_person_needed` or `already_signed`."""
    if grant.asked_by_id == by.pk:
        raise Refusal("second_person_needed", gettext("A second person signs: you asked for this trust yourself."))
    changed = TrustGrant.objects.filter(pk=grant.pk, signed_at=None, revoked_at=None).update(
        signed_by=by, signed_at=at, lapses_at=at + LASTS
    )
    if not changed:
        raise Refusal("already_signed", gettext("This trust is signed or revoked already."))
    grant.refresh_from_db()
    audit.record(by.actor, "trust.signed", grant.organisation_id, reason=grant.subject)
    return grant


@transaction.atomic
def revoke_trust(*, grant: TrustGrant, by: User, at: datetime) -> TrustGrant:
    """End a grant, or a request for one, at once: taking trust away needs no second person. Twice changes nothing."""
    if TrustGrant.objects.filter(pk=grant.pk, revoked_at=None).update(revoked_at=at):
        audit.record(by.actor, "trust.revoked", grant.organisation_id, reason=grant.subject)
    grant.refresh_from_db()
    return grant
