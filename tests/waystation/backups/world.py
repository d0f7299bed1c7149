"""A world worth a backup: a sealed contact, a need, a match, a paid gift, an audited deed; and an empty one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.utils import timezone

from kernel import audit
from kernel.vault.models import SealedRecord
from offers.models import Match, Need, Pledge
from offers.pledges.contact import PURPOSE
from tests.factories.donations import make_paid
from tests.factories.needs import make_need
from tests.factories.organisations import make_member, make_operator
from tests.factories.pledges import make_contact
from tests.kernel.vault.keys import open_with
from tests.offers.erasing.scene import KEYS, propose_now, sealed_pledge
from waystation.backups.reading import Opened
from waystation.backups.restoring import Restored, restore
from waystation.backups.writing import FULL, Made, backup

CANARIES = {
    "name": "Kanarienvogel Quux",
    "email": "kanari.quux@waystation.invalid",
    "phone": "+49 30 555 7371",
    "address": "Kanarigasse 7371, канарейка",
    "note": "klopfe dreimal, канарейка 7371",
}
CASE = "Kanarifall 7371"


@dataclass(frozen=True)
class Keeper:
    """Who can open backups, with what, and where they lie."""

    identity: Any
    file: Path
    folder: Path

    def make(self, kind: str = FULL) -> Made:
        """Make a backup now."""
        return backup(self.folder, kind=kind, at=timezone.now())

    def inside(self, made: Made) -> bytes:
        """Return what is in a backup, in clear."""
        opened = Opened(made.path, [self.identity])
        return b"".join(repr(row).encode() for row in opened.rows())

    def restore(self, made: Made, **options: Any) -> Restored:
        """Restore a backup into the empty database."""
        options.setdefault("erased", [])
        return restore(made.path, [self.identity], at=timezone.now(), **options)


@dataclass(frozen=True)
class World:
    """What is in the world."""

    pledge: Pledge
    need: Need
    match: Match
    gift: Any
    keys: tuple[bytes, bytes]


def make_world() -> World:
    """Make one of each."""
    pledge = sealed_pledge(make_contact(**CANARIES))
    need = make_need(case_ref=CASE)
    match = propose_now(need, pledge)
    make_member(role="coordinator")
    gift = make_paid()
    audit.seal_pending()
    return World(pledge, need, match, gift, KEYS[make_operator().pk])


def lose_everything() -> None:
    """Empty the database, as a new one is empty."""
    call_command("flush", interactive=False, verbosity=0)


def contact_opens(pledge_id: str, keys: tuple[bytes, bytes]) -> bytes:
    """Return the contact that both groups' keys open. Raises whatever stands in the way."""
    record = SealedRecord.objects.get(record_id=pledge_id, purpose=PURPOSE)
    return open_with(record, *keys)
