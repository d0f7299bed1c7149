"""How events arrive in a storm: three times each, shuffled, some never, some late, among forged and poisoned ones."""

import hashlib
import hmac
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.test import Client

from donations.gateway import EventFacts
from tests.donations.webhooks.storm.peer import Peer

CURRENT, PREVIOUS, FOREIGN = "whsec_storm_current", "whsec_storm_previous", "whsec_of_somebody_else"
COPIES = 3
DROPPED, FORGED, POISONED, LATE, AS_SNAPSHOT = 0.10, 0.05, 0.01, 0.05, 0.05
THREE_DAYS = timedelta(hours=72)


def thin(event: EventFacts) -> bytes:
    """Return what Stripe posts for an event, ids alone."""
    kind = event.type.split(".")[0]
    body = {
        "id": event.id,
        "object": "v2.core.event",
        "type": f"v1.{event.type}",
        "created": event.created.isoformat().replace("+00:00", "Z"),
        "livemode": event.livemode,
        "context": None,
        "reason": None,
        "related_object": {"id": event.object_id, "type": kind, "url": f"/v1/{kind}/{event.object_id}"},
    }
    return json.dumps(body).encode()


def signed(body: bytes, secret: str, *, off: timedelta = timedelta()) -> str:
    """Return a signature header made now, or `off` from now."""
    stamp = int((datetime.now(UTC) + off).timestamp())
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256)
    return f"t={stamp},v1={mac.hexdigest()}"


@dataclass
class Mail:
    """One delivery to be made: what it should be answered with, and whether it comes at the very end."""

    body: bytes
    header: str = ""  # "": signed when it is posted
    secret: str = CURRENT
    answer: int = 200
    late: bool = False


@dataclass
class Storm:
    """Deliveries of some events, drawn with one dice, posted one by one."""

    dice: Random
    client: Client
    answers: Counter[int] = field(default_factory=Counter)
    dropped: set[str] = field(default_factory=set)
    poison: set[str] = field(default_factory=set)
    forged: set[str] = field(default_factory=set)

    def letters(self, events: list[EventFacts], peer: Peer) -> list[Mail]:
        """Return all that will be posted about `events`, in the order of the storm."""
        mail: list[Mail] = []
        snapshots = {row["id"]: row for row in peer.everything("events") if self.dice.random() < AS_SNAPSHOT}
        mail += [Mail(json.dumps(row).encode()) for row in snapshots.values()]
        # of those that nobody may miss, one never arrives in any storm
        missed = next((event.id for event in events if event.type == "checkout.session.completed"), "")
        for event in events:
            if self.dice.random() < DROPPED or event.id == missed:
                self.dropped.add(event.id)
                continue
            late = self.dice.random() < LATE
            told = _older(event) if late else event
            mail += [Mail(thin(told), secret=self._secret(), late=late) for _ in range(COPIES)]
        mail += [one for number in range(_share(POISONED, events)) for one in self._poisoned(number)]
        mail += [self._forged(number) for number in range(_share(FORGED, events))]
        self.dice.shuffle(mail)
        return mail

    def post(self, mail: list[Mail]) -> None:
        """Post them; each must be answered as it deserves."""
        for one in mail:
            header = one.header or signed(one.body, one.secret)
            sent: dict[str, Any] = {"content_type": "application/json", "headers": {"Stripe-Signature": header}}
            status = self.client.post("/stripe/webhook/", one.body, **sent).status_code
            assert status == one.answer, (status, one)
            self.answers[status] += 1

    def _secret(self) -> str:
        return PREVIOUS if self.dice.random() < 0.3 else CURRENT

    def _poisoned(self, number: int) -> list[Mail]:
        """Rightly signed, about a page that Stripe does not know."""
        made_up = EventFacts(
            id=f"evt_test_poison{len(self.poison)}",
            type="checkout.session.completed",
            object_id=f"cs_test_nobody{number}",
            livemode=False,
            created=datetime.now(UTC),
        )
        self.poison.add(made_up.id)
        return [Mail(thin(made_up)) for _ in range(COPIES)]

    def _forged(self, number: int) -> Mail:
        """Somebody else's signature, an old one sent again, or one from the future; or none."""
        name = f"evt_test_forged{len(self.forged)}"
        body = json.dumps({"id": name, "object": "event", "livemode": False}).encode()
        self.forged.add(name)
        hours = timedelta(hours=3)
        headers = (
            signed(body, FOREIGN),
            signed(body, CURRENT, off=-hours),
            signed(body, CURRENT, off=hours),
            signed(body + b" ", CURRENT),
            "t=,v1=",
        )
        return Mail(body, header=headers[number % len(headers)], answer=400)


def _older(event: EventFacts) -> EventFacts:
    return EventFacts(event.id, event.type, event.object_id, event.livemode, event.created - THREE_DAYS)


def _share(part: float, events: list[EventFacts]) -> int:
    return max(1, round(part * len(events)))
