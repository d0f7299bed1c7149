"""Rows and facts for the gate's pure core."""

from hypothesis import HealthCheck, settings

from offers.kinds import registry
from offers.needs.gate.cohort import Waiting
from offers.needs.gate.policy import Facts, ReleasePolicy

# how fast a machine is says nothing about the gate
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
GROUPS = {word: str(kind.group) for word, kind in registry.found().items()}
ZONES = {"europe": ("europe-west", "europe-east"), "asia": ("caucasus", "pacific")}


def row(number: int, organisation: str = "operator", caseworker: str = "a", household: int | None = None) -> Waiting:
    """Return one waiting need."""
    house = number if household is None else household
    return Waiting(
        f"nd{number}", f"{organisation}{house}".encode(), organisation, caseworker, organisation != "operator"
    )


def facts(kind: str = "housing", **changes: object) -> Facts:
    """Return the facts of one adult who needs a room and may go to several places."""
    plain = Facts(kind, "soon", 0, "several", "several", "1")
    return plain._replace(**changes)


def policy(k: int = 5, *, delta: int = 5, life: int = 4, **words: object) -> ReleasePolicy:
    """Return the plain policy, changed as asked."""
    return ReleasePolicy(k=k, delta=delta, life=life, kind_group=GROUPS, zones=ZONES, **words)
