"""The routes of the directory. Anyone may read them; nothing here asks about a pledge's holds, state or person."""

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils.timezone import localdate
from rest_framework.request import Request

from api import answers
from api.errors.problem import Problem
from api.hsds import objects
from api.hsds.pages import NumberedPages
from api.hsds.schema import DirectorySchema
from api.hsds.shapes import (
    HsdsOrganizationFullOut,
    HsdsOrganizationOut,
    HsdsServiceAtLocationOut,
    HsdsServiceFullOut,
    HsdsServiceOut,
    HsdsTaxonomyOut,
    HsdsTaxonomyTermOut,
    RootOut,
)
from api.resources import Body, Resource, matches
from kernel.accounts.models import Organisation
from offers.pledges.directory import Service, listed_services

VERSION = "3.0"
PROFILE = "https://docs.openreferral.org/en/3.0/hsds/overview.html"
AN_ID = {"type": "string", "format": "uuid"}


class Directory(Resource):
    """The base: what is listed is read whole, turned into the standard's objects, and cut into numbered pages."""

    scopes = {"list": "", "retrieve": ""}
    schema = DirectorySchema()
    http_method_names = ["get", "head"]
    numbered: ClassVar[NumberedPages] = NumberedPages()

    def lined_up(self) -> Sequence[Body]:
        """Return every object as a page shows it."""
        raise NotImplementedError

    def in_full(self) -> Sequence[Body]:
        """Return every object with its lists."""
        return self.lined_up()

    def known_parameters(self) -> set[str]:
        """Return the query parameters that this action reads."""
        known = set(self.parameters.get(self.action or "", {}))
        return known | {"page", "per_page"} if self.action == "list" else known

    def list(self, request: Request) -> HttpResponse:
        """List them, in the order of their ids."""
        rows = sorted(self.lined_up(), key=lambda row: str(row["id"]))
        return answers.answer(self.numbered.page(rows, request._request))

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """Read one, with its lists."""
        for row in self.in_full():
            if row["id"] == pk.lower():
                return self.tagged(row)
        raise Http404

    def tagged(self, row: Body) -> HttpResponse:
        """Answer one object with its ETag, or 304 if the caller has these bytes."""
        response = answers.answer(row, etag=True)
        if matches(self.request.headers.get("If-None-Match", ""), response["ETag"], weak=True):
            return HttpResponseNotModified(headers={"ETag": response["ETag"]})
        return response

    def wanted(self, name: str) -> str:
        """Return the id that a parameter of a list names, in lower case; "" without one. Raises Problem 400."""
        text = self.request.GET.get(name, "")
        try:
            return str(UUID(text)) if text else ""
        except ValueError:
            raise Problem(400, "bad_format", "This is a UUID.", name) from None


class OfServices(Directory):
    """What organisations offer: a service for each kind of help of each that agreed to be listed."""

    parameters = {"list": {"organization_id": AN_ID, "taxonomy_id": AN_ID, "taxonomy_term_id": AN_ID}}

    def pairs(self) -> list[tuple[Service, Organisation]]:
        """Return the services that the parameters leave, each with its organisation."""
        organisations, services = listed_services(today=localdate(self.at))
        by_id = {one.pk: one for one in organisations}
        whose, what, words = (self.wanted(name) for name in ("organization_id", "taxonomy_term_id", "taxonomy_id"))
        return [
            (one, by_id[one.organisation_id])
            for one in services
            if whose in ("", objects.organization_id(one.organisation_id))
            and what in ("", objects.term_id(one.kind))
            and words in ("", objects.TAXONOMY_ID)
        ]


class Services(OfServices):
    """Services, each once."""

    shape = HsdsServiceOut
    shapes = {"retrieve": HsdsServiceFullOut}

    def lined_up(self) -> Sequence[Body]:
        """Return services without their lists."""
        return [objects.service(*pair) for pair in self.pairs()]

    def in_full(self) -> Sequence[Body]:
        """Return services with languages, areas, places and kind."""
        return [objects.service_in_full(*pair) for pair in self.pairs()]


class ServicesAtLocations(OfServices):
    """Services by country, or remote."""

    shape = HsdsServiceAtLocationOut

    def lined_up(self) -> Sequence[Body]:
        """Return each service at each of its places."""
        return [row for pair in self.pairs() for row in objects.services_at_locations(*pair)]


class Organizations(Directory):
    """Organisations that agreed to be listed."""

    shape = HsdsOrganizationOut
    shapes = {"retrieve": HsdsOrganizationFullOut}

    def lined_up(self) -> Sequence[Body]:
        """Return organisations without their lists."""
        organisations, _services = listed_services(today=localdate(self.at))
        return [objects.organization(one) for one in organisations]

    def in_full(self) -> Sequence[Body]:
        """Return organisations with where they give help."""
        organisations, services = listed_services(today=localdate(self.at))
        return [objects.organization_in_full(one, services) for one in organisations]


class Taxonomies(Directory):
    """The lists of words that services are sorted by: one."""

    shape = HsdsTaxonomyOut

    def lined_up(self) -> Sequence[Body]:
        """Return the taxonomies."""
        return objects.taxonomies()


class TaxonomyTerms(Directory):
    """The kinds of help."""

    shape = HsdsTaxonomyTermOut
    parameters = {"list": {"taxonomy_id": AN_ID}}

    def lined_up(self) -> Sequence[Body]:
        """Return the terms of the taxonomy that is asked for, or of all."""
        return objects.taxonomy_terms() if self.wanted("taxonomy_id") in ("", objects.TAXONOMY_ID) else []


class Root(Directory):
    """What this is."""

    scopes = {"retrieve": ""}
    shape = RootOut

    def retrieve(self, request: Request) -> HttpResponse:  # type: ignore[override] # there is one
        """Read which version of HSDS this is, and where it is described."""
        where = request.build_absolute_uri(f"{reverse('schema')}?format=json")
        return self.tagged({"version": VERSION, "profile": PROFILE, "openapi_url": where})
