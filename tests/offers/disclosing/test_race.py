"""Two readings, two approvals, two requests at once: exactly one wins, on both databases."""

from collections.abc import Callable

import pytest

from kernel.audit.models import AuditEntry
from kernel.disclosure.models import Disclosure, DisclosureBox
from kernel.outbox.models import OutboxRow
from tests.offers.disclosing.scene import approved, asked, given, one_organisation, read_by
from tests.offers.pledges.test_race import CLICKS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def losers(deed: Callable[[int], object]) -> set[str]:
    """Do it at once; exactly one is done. Return what the others were told."""
    said = at_once(deed)
    assert said.count("done") == 1
    assert len(said) == CLICKS
    return set(said) - {"done"}


def test_it_is_shown_once_however_many_read_at_once() -> None:
    scene = one_organisation()
    disclosure, shown = approved(scene), []
    assert losers(lambda number: shown.append(read_by(disclosure, scene.asker))) == {"used"}
    assert len(shown) == 1
    assert AuditEntry.objects.filter(action="disclosure.read").count() == 1
    assert OutboxRow.objects.filter(kind="offers.contact_read").count() == 1
    assert not DisclosureBox.objects.exists()


def test_it_is_approved_once() -> None:
    scene = one_organisation()
    disclosure = asked(scene)
    people = (scene.keys.approver, scene.keys.coordinator)
    assert losers(lambda number: given(disclosure, people[number % 2])) <= {"given_already", "illegal_transition"}
    assert DisclosureBox.objects.count() == 1


def test_it_is_asked_for_once() -> None:
    scene = one_organisation()
    assert losers(lambda number: asked(scene)) == {"asked_already"}
    assert Disclosure.objects.count() == 1
