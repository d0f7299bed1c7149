"""From what is known of a service to the objects of HSDS 3."""

from collections.abc import Iterable, Iterator
from typing import Any

from api.hsds.identifiers import uuid_of
from kernel import places
from kernel.accounts.models import Organisation
from offers.kinds.languages import language_name
from offers.kinds.registry import found
from offers.pledges.directory import Service

Members = dict[str, Any]
ANYWHERE = "remote"
TAXONOMY_ID = uuid_of("taxonomy", "kinds")
HOW_TO_GET_IT = "Through a caseworker of this network, who arranges it for a person. Places are not given out here."


def organization_id(pk: str) -> str:
    """Return the UUID of an organisation."""
    return uuid_of("organisation", pk)


def term_id(kind: str) -> str:
    """Return the UUID of a kind of help."""
    return uuid_of("term", kind)


def organization(one: Organisation) -> Members:
    """Return an organisation: its name, and what it is here."""
    return {
        "id": organization_id(one.pk),
        "name": one.name,
        "description": "Runs this network." if one.is_operator else "A partner of this network.",
    }


def organization_in_full(one: Organisation, services: Iterable[Service]) -> Members:
    """Return an organisation with where it gives help, by country."""
    spots = sorted({spot for service in services if service.organisation_id == one.pk for spot in _spots(service)})
    return {**organization(one), "locations": [_location(one.pk, spot) for spot in spots]}


def service(one: Service, of: Organisation) -> Members:
    """Return a service without its lists, as it stands in a page."""
    return {
        "id": _id(one),
        "name": str(one.label),
        "description": str(one.about),
        "status": "active",
        "application_process": HOW_TO_GET_IT,
        "organization": organization(of),
    }


def service_in_full(one: Service, of: Organisation) -> Members:
    """Return a service with languages, the countries it is for, where it is given, and its kind."""
    pk = _id(one)
    return {
        **service(one, of),
        "languages": [
            {"id": uuid_of("language", pk, tag), "service_id": pk, "name": language_name(tag), "code": tag}
            for tag in one.languages
        ],
        "service_areas": [
            {
                "id": uuid_of("area", pk, code),
                "service_id": pk,
                "name": places.country_name(code),
                "extent": code,
                "extent_type": "text",
            }
            for code in one.area
        ],
        "service_at_locations": [
            {"id": _place_id(one, spot), "location": _location(one.organisation_id, spot)} for spot in _spots(one)
        ],
        "attributes": [_attribute(one)],
    }


def services_at_locations(one: Service, of: Organisation) -> list[Members]:
    """Return a service at each of its places; a place is a country, or anywhere."""
    return [
        {
            "id": _place_id(one, spot),
            "location": _location(one.organisation_id, spot),
            "service": service(one, of),
        }
        for spot in _spots(one)
    ]


def taxonomies() -> list[Members]:
    """Return the one taxonomy: the kinds of help."""
    return [{"id": TAXONOMY_ID, "name": "Kinds of help", "description": "What is offered to people who had to flee."}]


def taxonomy_terms() -> list[Members]:
    """Return a term for each kind of help."""
    return [
        {
            "id": term_id(code),
            "code": code,
            "name": str(kind.title),
            "description": str(kind.about),
            "taxonomy": "Kinds of help",
            "taxonomy_id": TAXONOMY_ID,
            "language": "en",
        }
        for code, kind in found().items()
    ]


def _id(one: Service) -> str:
    return uuid_of("service", one.organisation_id, one.kind)


def _place_id(one: Service, spot: str) -> str:
    return uuid_of("service at location", one.organisation_id, one.kind, spot)


def _spots(one: Service) -> Iterator[str]:
    """Yield where it is given, never finer than a country: an exact place is nobody's business."""
    yield from one.countries
    if one.remote:
        yield ANYWHERE


def _location(organisation_id: str, spot: str) -> Members:
    remote = spot == ANYWHERE
    return {
        "id": uuid_of("location", organisation_id, spot),
        "location_type": "virtual" if remote else "physical",
        "name": "Remote" if remote else places.country_name(spot),
        "description": "By phone or online." if remote else "Somewhere in this country; the place is not published.",
    }


def _attribute(one: Service) -> Members:
    term = next(term for term in taxonomy_terms() if term["code"] == one.kind)
    return {
        "id": uuid_of("attribute", _id(one)),
        "link_id": _id(one),
        "link_type": "service type",
        "link_entity": "service",
        "taxonomy_term_id": term["id"],
        "taxonomy_term": term,
    }
