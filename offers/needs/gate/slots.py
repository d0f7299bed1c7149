"""The weekly slot: releases happen at one known hour, so that their moment says nothing."""

from datetime import UTC, datetime, timedelta

_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_WEEK = timedelta(days=7)
_FIRST_MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


def first_slot(setting: str) -> datetime:
    """Return the moment of slot 0 for a setting such as `MON 04:00` (UTC). Raises ValueError for another shape."""
    day, _, clock = setting.partition(" ")
    hour, _, minute = clock.partition(":")
    if day not in _DAYS or not (hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60):
        raise ValueError(f"RELEASE_SLOT is {setting!r}: write a day and a time in UTC, such as MON 04:00.")
    return _FIRST_MONDAY + timedelta(days=_DAYS.index(day), hours=int(hour), minutes=int(minute))


def slot_at(at: datetime, setting: str) -> int:
    """Return the number of the slot whose week `at` falls into."""
    return (at - first_slot(setting)) // _WEEK


def moment_of(slot: int, setting: str) -> datetime:
    """Return the moment at which a slot begins."""
    return first_slot(setting) + slot * _WEEK
