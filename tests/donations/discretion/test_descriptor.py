"""The line on a bank statement: Stripe's rules, and nothing that tells."""

import pytest

from donations.discretion.descriptor import LONGEST, PROBLEMS, problems


@pytest.mark.parametrize("line", ["WAYST", "SUPPORT FUND 24", "A" * LONGEST, "Donation.Com", "AB-CD & CO"])
def test_it_lets_a_neutral_line_stand(line):
    assert problems(line) == []


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("", ["too_short", "no_letter"]),
        ("GIVE", ["too_short"]),
        ("A" * 23, ["too_long"]),
        ("12345", ["no_letter"]),
        ("ПОМОЩЬ", ["not_latin", "no_letter"]),
        ("FUND É", ["not_latin"]),
        ("FUND*NOW", ["forbidden_character"]),
        ("FUND'S", ["forbidden_character"]),
        ('FUND "A"', ["forbidden_character"]),
        ("FUND<A>", ["forbidden_character"]),
        ("FUND\\A", ["forbidden_character"]),
        ("LGBT FUND", ["revealing"]),
        ("REFUGEE AID", ["revealing"]),
        ("CHECHNYA HELP", ["revealing"]),
    ],
)
def test_it_names_what_is_wrong(line, codes):
    assert problems(line) == codes
    assert set(codes) <= set(PROBLEMS)
