"""What `transport` declares."""

from offers.kinds.transport import KIND


def test_it_is_of_its_group_and_counted_in_its_unit():
    assert (KIND.group, KIND.unit, KIND.exclusive) == ("daily", "seat", False)


def test_it_asks_for_its_checks():
    assert KIND.checks_for([]) == ("identity", "references", "licence", "code_of_conduct")
