"""What an unlock leaves in the database: a private key that nothing in the database opens, and how often it was tried.

Backups leave the first table out.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel.accounts.models import Member


class Unlock(models.Model):
    """A member's private key, encrypted under the browser's cookie, this row's secret and the machine's boot secret.

    Bound to the member's login, the session and the expiry: a row that was changed or moved opens nothing.
    """

    member = models.ForeignKey(
        Member,
        related_name="unlocks",
        on_delete=models.CASCADE,  # nothing without its member, and gone in minutes anyway
    )
    session = models.CharField(max_length=64)  # a hash: the row does not say which session it belongs to
    secret = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                name="disclosure_unlock_one_a_session",
                violation_error_message=_("A session holds one key at a time."),
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="disclosure_unlock_forward",
                violation_error_message=_("An unlock ends after it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"unlock of member {self.member_id}"


class UnlockTries(models.Model):
    """How many wrong passphrases came in a row, and until when no other is heard."""

    member = models.OneToOneField(
        Member,
        primary_key=True,
        related_name="+",
        on_delete=models.CASCADE,  # nothing without its member
    )
    failures = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.failures} tries of member {self.member_id}"
