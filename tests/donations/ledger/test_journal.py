"""The journal: every posting a line, debits equal to credits, and nobody in it."""

import csv
from collections import Counter
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import timezone

from donations.disputes.deeds import apply_dispute
from donations.ledger.journal import lines
from donations.models import Posting
from kernel.money import Money
from tests.console import console_client
from tests.factories.donations import disputed, make_fund, make_paid
from tests.factories.organisations import make_member

pytestmark = pytest.mark.django_db


def rows(text):
    return list(csv.DictReader(text))


def test_each_transaction_has_equal_sides_in_each_currency():
    donation = make_paid(split=[(make_fund(), 1), (make_fund(), 2)])
    make_paid(amount=Money(5000, "JPY"))
    apply_dispute(disputed(donation), at=timezone.now())
    sides = Counter()
    found = rows(lines())
    assert len(found) == Posting.objects.count()
    for row in found:
        assert bool(row["debit"]) != bool(row["credit"])
        sides[row["transaction"], row["currency"]] += Decimal(row["debit"] or 0) - Decimal(row["credit"] or 0)
    assert set(sides.values()) == {0}


def test_it_is_handed_out_by_days_on_screen_and_by_command(capsys):
    make_paid()
    finance = console_client(make_member(role="finance"))
    answer = finance.get("/console/money/journal/")
    text = b"".join(answer.streaming_content).decode()
    assert answer["Content-Type"].startswith("text/csv")
    assert len(rows(text.splitlines())) == 3
    call_command("export_journal")
    assert rows(capsys.readouterr().out.splitlines()) == rows(text.splitlines())
    today = timezone.now().date().isoformat()
    assert len(rows(lines_of(finance, f"start={today}&end={today}"))) == 3
    assert rows(lines_of(finance, "end=2020-01-01")) == []


def lines_of(finance, query):
    return b"".join(finance.get(f"/console/money/journal/?{query}").streaming_content).decode().splitlines()
