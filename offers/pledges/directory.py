"""What organisations themselves offer, as anyone may know it: by organisation and kind of help, never by pledge.

Left out for good: offers of private persons, offers that came through the public form (whoever ticked "an organisation"
there was never looked up as one), and homes that say who lives in them. What is told of the rest is the same whatever
is held, promised or used up: no number, date, place, feature, or moment of change.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from kernel.accounts.models import Organisation
from offers.kinds.registry import kind_of
from offers.kinds.vocabulary import ProviderType
from offers.pledges.models import Pledge, PledgeMove, PledgeQuerySet, PledgeStatus


@dataclass(frozen=True, slots=True)
class Service:
    """One kind of help of one organisation. Countries are ISO 3166-1 alpha-2, languages BCP 47; each tuple is sorted.

    `countries`: where it is given in person; `area`: whom it is for, by country; `remote`: also from anywhere.
    """

    organisation_id: str
    kind: str
    countries: tuple[str, ...]
    area: tuple[str, ...]
    remote: bool
    languages: tuple[str, ...]

    @property
    def label(self) -> Any:
        """What the kind of help is called, a lazy translation."""
        return kind_of(self.kind).title

    @property
    def about(self) -> Any:
        """A sentence about the kind of help, a lazy translation."""
        return kind_of(self.kind).about


def of_organisations(today: date) -> PledgeQuerySet:
    """Return the pledges that are an organisation's own and may be matched today."""
    through_the_form = PledgeMove.objects.filter(pledge=OuterRef("pk"), new=PledgeStatus.SUBMITTED)
    own = Pledge.objects.active(today).filter(provider_type=ProviderType.ORGANISATION, household={})
    return own.filter(~Exists(through_the_form))


def services(organisations: Iterable[Organisation], *, today: date) -> list[Service]:
    """Return what each of these organisations offers, by organisation and kind. One query."""
    found: dict[tuple[str, str], list[tuple[str, list[str], bool, list[str]]]] = defaultdict(list)
    rows = of_organisations(today).filter(organisation__in=[one.pk for one in organisations])
    for organisation_id, kind, *facts in rows.values_list(
        "organisation_id", "kind", "country", "service_area", "remote", "languages"
    ):
        found[organisation_id, kind].append(tuple(facts))
    return [_service(*whose, pledges) for whose, pledges in sorted(found.items())]


def listed_services(*, today: date) -> tuple[list[Organisation], list[Service]]:
    """Return the organisations that agreed to be listed, by id, and what they offer. Two queries."""
    listed = list(Organisation.objects.filter(listed_at__isnull=False).order_by("pk"))
    return listed, services(listed, today=today)


def _service(organisation_id: str, kind: str, pledges: list[tuple[str, list[str], bool, list[str]]]) -> Service:
    return Service(
        organisation_id=organisation_id,
        kind=kind,
        countries=tuple(sorted({country for country, _area, _remote, _tongues in pledges})),
        area=tuple(sorted({code for country, area, _remote, _tongues in pledges for code in (country, *area)})),
        remote=any(remote for _country, _area, remote, _tongues in pledges),
        languages=tuple(sorted({tag for _country, _area, _remote, tongues in pledges for tag in tongues})),
    )
