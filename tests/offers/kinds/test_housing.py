"""What `housing` declares."""

from offers.kinds.housing import KIND


def test_it_is_of_its_group_and_counted_in_its_unit():
    assert (KIND.group, KIND.unit, KIND.exclusive) == ("home", "room", True)


def test_it_asks_for_its_checks():
    assert KIND.checks_for([]) == (
        "identity",
        "household_list",
        "references",
        "home_visit",
        "interview",
        "code_of_conduct",
    )
