"""Organisations: the operator of this installation, and its partners."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel.ids.fields import PublicIdField


class OrganisationRole(models.TextChoices):
    OPERATOR = "operator", _("operator")  # runs this installation, vets helpers, answers for the whole
    PARTNER = "partner", _("partner")  # brings needs, pledges or donors


class Organisation(models.Model):
    """An operator or partner. `steward` holds the keys for one that has no key groups of its own."""

    id = PublicIdField(prefix="org")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=8, choices=OrganisationRole.choices)
    steward = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        related_name="stewarded",
        on_delete=models.PROTECT,  # its providers' contacts are sealed to the steward's keys
    )
    created_at = models.DateTimeField(auto_now_add=True)
    listed_at = models.DateTimeField(null=True, blank=True)  # since when it agrees to stand in the public directory

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["role"],
                condition=models.Q(role="operator"),
                name="accounts_one_operator",
                violation_error_message=_("There is one operator in an installation already."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=OrganisationRole.values),
                name="accounts_organisation_role_known",
                violation_error_message=_("An organisation is an operator or a partner."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def operator(cls) -> "Organisation":
        """Return the one operator. Raises Organisation.DoesNotExist before the installation is set up."""
        return cls.objects.get(role=OrganisationRole.OPERATOR)

    @property
    def is_operator(self) -> bool:
        """Whether this is the organisation that runs the installation."""
        return self.role == OrganisationRole.OPERATOR

    def trusted(self, at: datetime) -> list[str]:
        """Return what this organisation is trusted for at that moment: some of `needs`, `providers`, sorted."""
        return sorted({grant.subject for grant in self.trust_grants.all() if grant.holds(at)})

    def trusts(self, subject: str, at: datetime) -> bool:
        """Return whether two people of the operator trust this organisation for `subject`, and it has not lapsed."""
        return subject in self.trusted(at)
