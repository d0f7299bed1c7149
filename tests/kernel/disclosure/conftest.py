"""An organisation with keys, made once a test: each member's derivation costs 128 MiB."""

import pytest
from django.utils import timezone

from kernel.accounts.models import Member, Organisation
from kernel.disclosure.keys import create_group_keys
from tests.factories.organisations import make_member, make_partner


def staff(organisation: Organisation) -> list[Member]:
    """Give an organisation two caseworkers, a coordinator, an approver, and two people who hold no key."""
    roles = ("caseworker", "caseworker", "coordinator", "approver", "finance", "admin")
    return [make_member(organisation, role) for role in roles]


@pytest.fixture
def organisation(db: None) -> Organisation:
    partner = make_partner()
    staff(partner)
    return partner


@pytest.fixture
def passphrases(organisation: Organisation) -> dict[Member, str]:
    return dict(create_group_keys(organisation, by="system", at=timezone.now()))
