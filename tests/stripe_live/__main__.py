"""`make stripe-live`: play every scenario at Stripe, in test mode, with a person's own key.

STRIPE_TEST_KEY is that key, `sk_test_…`, from Stripe's dashboard; anything else is refused, so that no live account is
touched. It is printed nowhere. Objects made there have `live_` references; test clocks take theirs away again.
"""

import os
import sys
import traceback
from collections.abc import Callable

from donations.gateway.pin import API_VERSION
from donations.gateway.stripe_gateway import StripeGateway
from tests.stripe_live.scenarios import SCENARIOS
from tests.stripe_live.stage import Stage

VARIABLE, PREFIX = "STRIPE_TEST_KEY", "sk_test_"
_PATIENCE = 180.0
Say = Callable[[str], object]


def main(environ: dict[str, str], say: Say) -> int:
    """Play all; returns 0 when all hold, 1 when one does not, 2 without a test key."""
    key = environ.get(VARIABLE, "").strip()
    if not key.startswith(PREFIX) or len(key) <= len(PREFIX):
        what = "is not a secret test key" if key else "is not set"
        say(
            f"{VARIABLE} {what}. Copy the secret key of your own Stripe account in test mode, which begins with "
            f"{PREFIX}, and run: {VARIABLE}=… make stripe-live\n"
        )
        return 2
    return play(Stage(StripeGateway(api_key=key), hurry=lambda: None, patience=_PATIENCE), say)


def play(stage: Stage, say: Say) -> int:
    """Play all scenarios, whatever becomes of each, and say how many hold."""
    failed = 0
    say(f"Stripe in test mode, API version {API_VERSION}, run {stage.run}\n")
    for scenario in SCENARIOS:
        name = scenario.__name__.replace("_", " ")
        try:
            scenario(stage)
        except Exception:
            failed += 1
            say(f"✗ {name}\n{traceback.format_exc(limit=-3)}")
        else:
            say(f"✓ {name}\n")
    say(f"{len(SCENARIOS) - failed} of {len(SCENARIOS)} hold.\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(dict(os.environ), sys.stdout.write))
