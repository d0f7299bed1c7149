"""What `goods` declares."""

from offers.kinds.goods import KIND


def test_it_is_of_its_group_and_counted_in_its_unit():
    assert (KIND.group, KIND.unit, KIND.exclusive) == ("daily", "item", False)


def test_it_asks_for_its_checks():
    assert KIND.checks_for([]) == ("identity", "code_of_conduct")
