"""Make the scenario once, in a world that is empty."""

from collections.abc import Callable

from django.db import connection, transaction
from django.utils import timezone

from kernel.accounts.models import Organisation
from waystation.demo.logins import Logins
from waystation.demo.scenario.books import tell_books
from waystation.demo.scenario.campaigns import tell_campaigns
from waystation.demo.scenario.help import tell_help
from waystation.demo.scenario.impact import tell_impact
from waystation.demo.scenario.matches import tell_matches
from waystation.demo.scenario.money import tell_money
from waystation.demo.scenario.needs import tell_needs
from waystation.demo.scenario.organisations import found_organisations
from waystation.demo.scenario.people import teams
from waystation.demo.scenario.plans import tell_plans
from waystation.demo.scenario.pledges import tell_pledges
from waystation.demo.scenario.trouble import tell_trouble
from waystation.demo.supervisor import Trouble
from waystation.demo.world import World

SEED = 20170329  # the day the hotline opened


def ensure(world: World, *, say: Callable[[str], None]) -> Logins:
    """Return the logins of the world's scenario, which is made now if the database is empty.

    All of it or nothing: an interruption leaves an empty database, and the next start makes it anew.
    Raises Trouble when the database holds a world whose logins are not in this DATA_DIR.
    """
    kept = Logins.kept(world)
    if Organisation.objects.exists():
        if kept is None:
            name = connection.settings_dict["NAME"]
            raise Trouble(
                f"The database {name} holds a world whose logins are not in {world.data_dir}: start with both."
            )
        return kept
    say("Making the demo's world …")
    logins = Logins()
    at = timezone.now()
    with transaction.atomic():
        found_organisations(world, logins, at=at, say=say)
        everyone = teams()
        operator, *partners = everyone
        tell_money(operator, seed=SEED, at=at, say=say)
        tell_books(operator, at=at, say=say)
        tell_campaigns(operator, partners[0], at=at, say=say)
        tell_pledges(operator, partners, seed=SEED, at=at, say=say)
        tell_needs(operator, partners, seed=SEED, at=at, say=say)
        tell_matches(everyone, at=at, say=say)
        tell_trouble(operator, at=at, say=say)
        tell_help(operator, at=at, say=say)
        tell_plans(operator, at=at, say=say)
        tell_impact(at=at, say=say)
        logins.keep(world)
    return logins
