"""The links and their signatures, as rows. A link that waits for its second signature has no number yet."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ChainLink(models.Model):
    """What changed about an owner's keys. `body` is what is signed and believed; the columns only help to find it."""

    owner = models.CharField(max_length=40)
    number = models.PositiveIntegerField(null=True, blank=True)  # none: it waits, and counts for nothing
    body = models.BinaryField()
    group_key = models.ForeignKey(
        "vault.GroupKey",
        related_name="links",
        on_delete=models.CASCADE,  # only a key that never came to be is deleted
    )
    holder = models.CharField(max_length=40, blank=True, default="")  # who joins; empty: the key itself
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "number"],
                name="vault_chain_number_once",
                violation_error_message=_("The chain of an owner's keys does not fork."),
            ),
            models.UniqueConstraint(
                fields=["group_key"],
                condition=Q(holder=""),
                name="vault_chain_one_link_per_key",
                violation_error_message=_("A key is told of once."),
            ),
            models.UniqueConstraint(
                fields=["owner", "holder"],
                condition=Q(number=None) & ~Q(holder=""),
                name="vault_chain_one_open_joining",
                violation_error_message=_("This person is joining already."),
            ),
        ]

    def __str__(self) -> str:
        return f"link {self.number} of {self.owner}"


class ChainSignature(models.Model):
    """One signature under a link; `signer` is the opaque id of a holder, or of the trustees."""

    link = models.ForeignKey(
        ChainLink,
        related_name="signatures",
        on_delete=models.CASCADE,  # a signature under nothing says nothing
    )
    signer = models.CharField(max_length=40)
    signature = models.BinaryField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link", "signer"],
                name="vault_chain_signed_once",
                violation_error_message=_("You have signed this already."),
            )
        ]

    def __str__(self) -> str:
        return f"signature of {self.signer} under link {self.link_id}"
