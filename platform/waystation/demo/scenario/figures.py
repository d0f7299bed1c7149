"""The published figures whose shape the scenario has. No person is described by them.

Sources: lgbtnet.org, "An Update on the Matter of the Fundraising Activities for the Chechnya Cause" (2017) and "On the
funds spent by Russian LGBT Network to help LGBT Chechens" (2018, as republished); eile.ie, 18 July 2017.
"""

from kernel.money import Money

# people who asked for help and people brought out, by the end of the year
ASKED = 170
EVACUATED = 106

RAISED_THROUGH_WEBSITE = Money(57_350_00, "EUR")
# of those, households as the public counter shows them: full tens
HELPED = EVACUATED // 10 * 10
PROVIDERS = 60
AVERAGE_SUPPORT_DAYS = 105

# per mille of all spending; "other" is the remainder, the source names nothing after documents
SPENDING_SHARES = {
    "social_work": 185,
    "travel": 145,
    "departure": 132,
    "housing": 108,
    "food": 108,
    "medical": 92,
    "advocacy": 65,
    "staff": 50,
    "documents": 40,
    "other": 75,
}
# spent by mid-July of what had come in by then: 92,500 of 238,000 dollars, and more each month after
SPENT_PER_MILLE = 600
