"""Weeks pass for the release gate when somebody says so, in the demo alone."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from offers.needs.board.clock import current_slot
from waystation.demo.management.commands.advance_release import Command

pytestmark = pytest.mark.django_db


def test_it_moves_the_clock_by_so_many_weekly_slots() -> None:
    before = current_slot(timezone.now())
    words = StringIO()
    call_command(Command(stdout=words), slots=3, json=True)
    assert current_slot(timezone.now()) == before + 3
    answer = json.loads(words.getvalue())
    assert answer["slots_ahead"] == 3
    assert [decision["slot"] for decision in answer["decisions"]] == [before + 1, before + 2, before + 3]


def test_it_does_not_turn_the_clock_back() -> None:
    with pytest.raises(CommandError):
        call_command(Command(), "--slots", "-1")


def test_it_is_unknown_outside_the_demo() -> None:
    with pytest.raises(CommandError, match="Unknown command"):
        call_command("advance_release", slots=1)
