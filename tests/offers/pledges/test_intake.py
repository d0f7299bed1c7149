"""A partner's offer: it starts in vetting, or active where the partner is trusted, and believes no one else."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from kernel.states import Refusal
from kernel.vault import addresses
from kernel.vault.models import GroupKey, SealedRecord
from offers.models import Pledge
from offers.pledges.intake import create_from_api
from tests.factories.keys import make_group_keys
from tests.factories.organisations import make_partner, make_trust
from tests.factories.pledges import days_ahead, make_contact


def create(partner, at, **more):
    values = {"kind": "housing", "units_total": 2, "country": "DE", "availability": days_ahead(1, 90)}
    words = {"values": values | more.pop("values", {}), "contact": make_contact(), "by": "client:1", **more}
    return create_from_api(organisation=partner, at=at, **words)


def test_it_starts_in_vetting_without_a_mail_to_confirm(operator, at):
    pledge = create(make_partner(), at)
    assert pledge.status == "vetting"
    assert [row.new for row in pledge.history.all()] == ["vetting"]
    assert addresses.find(pledge.pk) is None


def test_it_is_active_at_once_from_a_partner_trusted_for_providers(operator, at):
    partner = make_partner()
    make_trust(partner, "providers", signed_at=at)
    pledge = create(partner, at, claimed={"verified_features": ["quiet"]})
    pledge.refresh_from_db()
    assert (pledge.status, pledge.verified_features, pledge.features) == ("active", ["quiet"], ["quiet"])
    assert pledge.confirm_by == localdate(at) + timedelta(days=60)
    assert pledge.vetting_valid_until == localdate(at) + timedelta(days=365)


@pytest.mark.parametrize("claimed", [{"verified_features": []}, {"vetting_valid_until": None}])
def test_it_takes_no_claim_from_the_untrusted(operator, at, claimed):
    with pytest.raises(Refusal) as refused:
        create(make_partner(), at, claimed=claimed)
    assert (refused.value.code, refused.value.field) == ("not_trusted", next(iter(claimed)))
    assert not Pledge.objects.exists()


def test_it_takes_no_claim_from_one_whose_trust_lapsed(operator, at):
    partner = make_partner()
    make_trust(partner, "providers", signed_at=at - timedelta(days=1), lapses_at=at)
    assert create(partner, at).status == "vetting"


def test_it_seals_to_the_stewards_groups(operator, at):
    pledge = create(make_partner(), at)
    record = SealedRecord.objects.get(record_id=pledge.pk)
    assert {share.group_key.owner for share in record.shares.all()} == {operator.pk}


def test_it_seals_to_the_partners_own_groups_where_it_has_them(operator, at):
    partner = make_partner()
    make_group_keys(partner)
    pledge = create(partner, at)
    record = SealedRecord.objects.get(record_id=pledge.pk)
    assert {share.group_key.owner for share in record.shares.all()} == {partner.pk}


def test_it_refuses_to_take_a_contact_in_without_keys(operator, at):
    GroupKey.objects.all().delete()
    with pytest.raises(Refusal) as refused:
        create(make_partner(), at)
    assert refused.value.code == "no_group_key"
    assert not Pledge.objects.exists()


def test_it_takes_a_phone_number_for_an_address(operator, at):
    pledge = create(make_partner(), at, contact=make_contact(email=""))
    assert pledge.blind_email is None


def test_it_needs_some_way_to_reach_the_provider(operator, at):
    with pytest.raises(Refusal) as refused:
        create(make_partner(), at, contact=make_contact(email="", phone=""))
    assert refused.value.field == "contact.email"


def test_it_takes_what_the_kind_takes_for_granted(operator, at):
    pledge = create(make_partner(), at, values={"kind": "legal"})
    assert (pledge.exclusive, pledge.max_party) == (False, 6)
