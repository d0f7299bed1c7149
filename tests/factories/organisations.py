"""Organisations, members and trust."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from kernel.accounts.models import Member, Organisation, TrustGrant, User

_number = count(1)


def make_operator() -> Organisation:
    """Return the one operator, made if need be."""
    operator, _ = Organisation.objects.get_or_create(role="operator", defaults={"name": "Operator"})
    return operator


def make_partner(name: str = "", **columns: object) -> Organisation:
    """Return a partner with the operator as its steward."""
    return Organisation.objects.create(
        name=name or f"Partner {next(_number)}", role="partner", steward=make_operator(), **columns
    )


def make_member(organisation: Organisation | None = None, role: str = "caseworker") -> Member:
    """Return a member with a login of its own."""
    user = User.objects.create_user(f"{role}{next(_number)}@waystation.invalid", "a long enough password")
    return Member.objects.create(user=user, organisation=organisation or make_operator(), role=role)


def make_trust(organisation: Organisation, subject: str, **columns: object) -> TrustGrant:
    """Return a signed grant in force."""
    at = timezone.now()
    values = {
        "asked_by": make_member(role="coordinator").user,
        "asked_at": at,
        "signed_by": make_member(role="approver").user,
        "signed_at": at,
        "lapses_at": at + timedelta(days=365),
    }
    return TrustGrant.objects.create(organisation=organisation, subject=subject, **{**values, **columns})
