"""Every deed of an incident, killed before each of its writes: all is there, or nothing."""

from collections.abc import Callable

import pytest
from django.utils import timezone

from offers.matching.safety.lifting import ask_to_lift, keep_frozen, lift, take_up
from offers.matching.safety.reporting import report_concern
from offers.models import Incident
from tests.factories.organisations import make_member
from tests.killing import killed_at_each_write
from tests.offers.test_killed import ANOTHER, Deed, _match, _words, disagreements

pytestmark = pytest.mark.django_db


def _reporting() -> Deed:
    match = _match(until="started")
    make_member(role="coordinator")
    told = {"organisation": match.need.organisation, **_words()}
    return lambda: report_concern(match=match, why="violence", **told)


def _on_an_incident(deed: Callable[..., object], *, asked: bool) -> Callable[[], Deed]:
    def scene() -> Deed:
        _reporting()()
        incident = Incident.objects.get()
        told = {"organisation": incident.organisation, "at": timezone.now()}
        make_member(role="approver")
        if asked:
            incident = ask_to_lift(incident=incident, by=ANOTHER, **told)
        return lambda: deed(incident=incident, by="user:3" if asked else ANOTHER, **told)

    return scene


DEEDS: dict[str, Callable[[], Deed]] = {
    "it is reported as not safe": _reporting,
    "somebody looks after it": _on_an_incident(take_up, asked=False),
    "one asks to lift it": _on_an_incident(ask_to_lift, asked=False),
    "it stays frozen": _on_an_incident(keep_frozen, asked=True),
    "a second one lifts it": _on_an_incident(lift, asked=True),
}


@pytest.mark.parametrize("name", DEEDS)
def test_it_is_done_whole_or_not_at_all(name: str) -> None:
    deed = DEEDS[name]()
    assert killed_at_each_write(deed) > 1
    assert disagreements() == []
