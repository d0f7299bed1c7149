"""What a booking writes has no index that no question needs."""

import pytest
from django.db import connection

from donations.models import Allocation, Donation, DonationMove, InboxEvent, Transaction


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Allocation, Donation, DonationMove, InboxEvent, Transaction])
def test_it_has_no_twin_for_how_a_text_begins(model) -> None:
    with connection.cursor() as cursor:
        names = connection.introspection.get_constraints(cursor, model._meta.db_table)
    assert names
    assert [name for name in names if name.endswith("_like")] == []
