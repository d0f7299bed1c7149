"""Members: which person does what for which organisation."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel.accounts.organisations import Organisation


class Role(models.TextChoices):
    CASEWORKER = "caseworker", _("caseworker")  # knows the person in need; holds a key of group A
    COORDINATOR = "coordinator", _("coordinator")  # vets helpers, watches the whole; holds a key of group B
    APPROVER = "approver", _("approver")  # the second person; holds a key of group B
    FINANCE = "finance", _("finance officer")  # money only; holds no key
    ADMIN = "admin", _("administrator")  # accounts only; holds no key


class Member(models.Model):
    """One person, one organisation, one role: so nobody can hold keys of both groups."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE
    )  # a membership is nothing without its person
    organisation = models.ForeignKey(
        Organisation,
        related_name="members",
        on_delete=models.PROTECT,  # people leave before an organisation does
    )
    role = models.CharField(max_length=12, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)  # gone for good; a suspension is on the login

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values),
                name="accounts_member_role_known",
                violation_error_message=_("Choose one of the five roles."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.organisation_id}"

    @property
    def key_group(self) -> str | None:
        """The group this role holds keys in: `A`, `B`, or none."""
        return key_group_of(self.role)


def key_group_of(role: str) -> str | None:
    """Return the group a role holds keys in: `A`, `B`, or none."""
    if role == Role.CASEWORKER:
        return "A"
    return "B" if role in (Role.COORDINATOR, Role.APPROVER) else None
