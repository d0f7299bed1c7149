"""A need, a pledge whose contact lies sealed, and a match between them that everybody said yes to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from kernel.accounts.models import Organisation
from kernel.disclosure.disclosing.asking import ask
from kernel.disclosure.disclosing.giving import give, version_of
from kernel.disclosure.disclosing.reading import Plain, read
from kernel.disclosure.models import Disclosure
from offers.matching.deeds import accept, agree, confirm, propose
from offers.models import Match, Pledge
from offers.pledges import contact as contacts
from tests.factories.keys import Keyed, Staff, make_staff
from tests.factories.needs import make_need
from tests.factories.organisations import make_operator, make_partner
from tests.factories.pledges import make_contact, make_pledge

CANARY = "Canary Sixpence"


def sealed_pledge(organisation: Organisation, **traits: Any) -> Pledge:
    """Return a pledge whose contact is sealed to the groups that answer for it."""
    pledge = make_pledge(organisation, **traits)
    contacts.keep(pledge, make_contact(name=CANARY), mails=True, at=timezone.now())
    pledge.save()
    return pledge


def confirmed_match(need_of: Staff, pledge: Pledge) -> Match:
    """Return a match that both sides and a second person said yes to."""
    at, owner = timezone.now(), need_of.organisation
    by, second = (one.member.user.actor for one in (need_of.caseworkers[0], need_of.approver))
    need = make_need(owner, by=by)
    match = propose(need_id=need.pk, pledge_id=pledge.pk, organisation=owner, by=by, at=at)
    agree(match=match, organisation=owner, by=by, at=at)
    accept(match=match, organisation=pledge.organisation, by="user:0", at=at)
    return confirm(match=match, organisation=owner, by=second, at=at)


@dataclass(frozen=True)
class Scene:
    """Whose need, whose pledge, and the match; `keys` are the people of the side that keeps the pledge's keys."""

    ours: Staff
    keys: Staff
    pledge: Pledge
    match: Match

    @property
    def asker(self) -> Keyed:
        """The caseworker who asks."""
        return self.ours.caseworkers[0]


def one_organisation() -> Scene:
    """Need and pledge of the operator."""
    ours = make_staff(make_operator())
    pledge = sealed_pledge(ours.organisation)
    return Scene(ours, ours, pledge, confirmed_match(ours, pledge))


def two_organisations() -> Scene:
    """A partner's need, the operator's pledge."""
    theirs, ours = make_staff(make_operator()), make_staff(make_partner())
    pledge = sealed_pledge(theirs.organisation)
    return Scene(ours, theirs, pledge, confirmed_match(ours, pledge))


def asked(scene: Scene, *, at: datetime | None = None, by: Keyed | None = None) -> Disclosure:
    """Ask for the contact behind the match."""
    by = by or scene.asker
    return ask(purpose="confirmed_match", object_id=scene.match.pk, by=by.member, at=at or timezone.now())


def given(disclosure: Disclosure, by: Keyed, *, at: datetime | None = None) -> Disclosure:
    """Give the half of somebody's group, of what they were shown."""
    seen, at = version_of(disclosure), at or timezone.now()
    return give(disclosure=disclosure, by=by.member, private_key=by.private_key, seen=seen, at=at)


def approved(scene: Scene, *, at: datetime | None = None) -> Disclosure:
    """Ask, and have it approved within one organisation."""
    return given(asked(scene, at=at), scene.keys.approver, at=at)


def read_by(disclosure: Disclosure, by: Keyed, *, at: datetime | None = None) -> Plain:
    """Read it."""
    return read(disclosure=disclosure, by=by.member, private_key=by.private_key, at=at or timezone.now())
