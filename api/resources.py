"""A resource: the conventions of the contract in one place. A route declares what it is; what it does is a deed.

Who is asked first: 401 without a token, then 403 without the scope, then 404 for what is not there or not yours.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone, translation
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.fields import empty
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from api import answers
from api.auth.principal import Principal
from api.bodies import ReasonIn, StrictSerializer
from api.bodies.merge import merged_members
from api.bodies.parser import JsonBody, MergePatchBody
from api.errors.problem import Problem
from api.idempotency.keys import key_of, required_key
from api.idempotency.once import answered, once
from api.limits import Bucket, headers_of
from api.limits.buckets import caller_of
from api.lists.cursor import CursorPages
from api.lists.filters import ListFilters, refuse_unknown
from api.lists.lines import Lines
from kernel import ids
from kernel.limits.rates import Standing

Body = dict[str, Any]
Row = Any  # a model instance, or a mapping of `columns`


class Resource(GenericViewSet[Any]):
    """The base of every route. Subclasses set the declarations below and write one method per action."""

    prefix: ClassVar[str] = ""  # of its ids: another one is a 404
    scopes: ClassVar[Mapping[str, str]] = {}  # action → scope; "" lets in anyone
    bodies: ClassVar[Mapping[str, type[StrictSerializer]]] = {}  # action → what its request says; none: a reason
    shape: ClassVar[type[BaseSerializer[Any]]]  # what one of it looks like in an answer, for the schema
    shapes: ClassVar[Mapping[str, type[BaseSerializer[Any]]]] = {}  # action → another shape than `shape`
    statuses: ClassVar[Mapping[str, int]] = {}  # action → status of success, if not 200 (create: 201)
    columns: ClassVar[Sequence[str]] = ()  # read as plain mappings, which is much faster; none: as instances
    lines: ClassVar[Lines | None] = None  # for lists that must be fast: the members of `show`, as Lines writes them
    filters: ClassVar[type[ListFilters] | None] = None
    pages: ClassVar[CursorPages] = CursorPages()
    parents: ClassVar[Mapping[str, str]] = {}  # parameter of the path → the prefix of its ids
    expandable: ClassVar[Collection[str]] = ()  # what `?expand=` may name
    parameters: ClassVar[Mapping[str, Mapping[str, Mapping[str, Any]]]] = {}  # action → further parameter → its schema
    keyed: ClassVar[Collection[str]] = ("create", "bulk")  # actions that require an Idempotency-Key
    examples: ClassVar[Mapping[str, Body]] = {}  # action → a body that works; the schema shows it, a test sends it

    lookup_value_regex = "[^/]+"  # any: who asks for a wrong one is told 401, 403 and 404 in that order
    http_method_names = ["get", "head", "post", "patch"]
    parser_classes: Sequence[type[JsonBody]] = [JsonBody]
    pagination_class = None
    metadata_class = None
    standing: Standing | None = None
    at: datetime

    # --- to be given by the route -------------------------------------------------------------------------------------
    def rows(self) -> QuerySet[Any]:
        """Return what the caller may see."""
        raise NotImplementedError

    def show(self, rows: Sequence[Row]) -> list[Body]:
        """Return rows as the members of an answer."""
        raise NotImplementedError

    # --- what a route's methods are made of ---------------------------------------------------------------------------
    @property
    def principal(self) -> Principal:
        """Who is asking. Raises TypeError where a route lets in anyone: look at `request.user` there."""
        if not isinstance(self.request.user, Principal):
            raise TypeError("An anonymous caller has no organisation.")
        return self.request.user

    def found(self, pk: str, *, lock: bool = False) -> Any:
        """Return the row with that id among those the caller may see, as an instance. Raises Http404."""
        self._check_id(pk)
        rows = self.rows().select_for_update(of=("self",)) if lock else self.rows()
        row = rows.filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def body(self) -> Body:
        """Return the validated body of the request. Raises ValidationError; a missing key is told of before it."""
        if self.action in self.keyed:
            required_key(self.request)
        return self._validated(self.request.data)

    def listed(self) -> HttpResponse:
        """Answer a page of the rows."""
        rows = self.rows()
        if self.filters and not self.filters.base_filters.keys().isdisjoint(self.request.GET):
            rows = self.filters(data=self.request.GET, queryset=rows, request=self.request).narrowed()
        if self.lines:
            quick = self.pages.page(rows, self.request, self.lines)
            written = [self.lines.written(row) for row in quick.rows]
            return answers.page_of(written, next_page=quick.next, previous=quick.previous)
        page = self.pages.page(rows.values(*self.columns) if self.columns else rows, self.request)
        return answers.answer({"results": self.show(page.rows), "next": page.next, "previous": page.previous})

    def shown(self, pk: str) -> HttpResponse:
        """Answer one row with its ETag, or 304 if the caller has these bytes."""
        response = answers.answer(self.represented(pk), etag=True)
        if matches(self.request.headers.get("If-None-Match", ""), response["ETag"], weak=True):
            return HttpResponseNotModified(headers={"ETag": response["ETag"]})
        return response

    def created(self, deed: Callable[[Body], Model]) -> HttpResponse:
        """Do a creating deed once and answer 201 with Location and ETag."""

        def do() -> HttpResponse:
            return self.new(deed(self.body()).pk)

        return self.once(do)

    def acted(self, pk: str, deed: Callable[[Any, Body], object], *, done: str = "") -> HttpResponse:
        """Do a deed on one row once and answer the row. In the state `done` already it only answers."""

        def do() -> HttpResponse:
            row, body = self.found(pk), self.body()
            if not done or str(row.status) != done:
                deed(row, body)
            return answers.answer(self.represented(pk), etag=True)

        return self.once(do)

    def patched(self, pk: str, deed: Callable[[Any, Body], object]) -> HttpResponse:
        """Merge a patch into one row and answer it. Raises Problem 428 `if_match_required` or 412 `stale`."""
        patch: Any = self.request.data
        with transaction.atomic():
            row = self.found(pk, lock=True)
            wanted = self.request.headers.get("If-Match")
            if wanted is None:
                raise Problem(428, "if_match_required", "Send If-Match with the ETag you read.", "If-Match")
            current = answers.to_bytes(self.represented(pk))
            if not matches(wanted, answers.etag_of(current), weak=False):
                raise Problem(412, "stale", "It has changed since you read it. Read it again.", "If-Match")
            plain = merged_members(json.loads(current), patch) if isinstance(patch, Mapping) else patch
            deed(row, self._validated(plain, partial=True))
            return answers.answer(self.represented(pk), etag=True)

    def new(self, pk: str) -> HttpResponse:
        """Answer 201 for a row just made. `Location` is the path of the list and the id."""
        where = self.request.build_absolute_uri(f"{self.request.path}/{pk}")
        return answers.answer(self.represented(pk), status=201, etag=True, headers={"Location": where})

    def once(self, do: Callable[[], HttpResponse]) -> HttpResponse:
        """Run `do` in one transaction, under the request's Idempotency-Key if it has one."""
        key = required_key(self.request) if self.action in self.keyed else key_of(self.request)
        return once(key, do, at=self.at)

    def repeated(self) -> bool:
        """Return whether this request only repeats one that has its answer: slow preparation would be for nothing."""
        key = key_of(self.request)
        return key is not None and answered(key)

    def represented(self, pk: str) -> Body:
        """Return one row as the members of an answer. Raises Http404."""
        self._check_id(pk)
        rows = self.rows().filter(pk=pk)
        row = (rows.values(*self.columns) if self.columns else rows).first()
        if row is None:
            raise Http404
        return self.show([row])[0]

    def expanded(self) -> frozenset[str]:
        """Return what `?expand=` names. Raises Problem 400 for a word that cannot be expanded."""
        words = frozenset(word for word in self.request.GET.get("expand", "").split(",") if word)
        if unknown := words - set(self.expandable):
            raise Problem(400, "unknown_expand", f"Cannot expand {', '.join(sorted(unknown))}.", "expand")
        return words

    # --- the order of questions, and what every answer carries --------------------------------------------------------
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer in English, whatever the caller's browser prefers: texts of the API are for programmers."""
        self.at = timezone.now()
        if request.method == "PATCH":
            self.parser_classes = [JsonBody, MergePatchBody]
        with translation.override("en"):
            return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value] # every answer is whole

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask who, how often, which scope; then refuse parameters that nothing here reads."""
        super().initial(request, *args, **kwargs)
        if self.action in self.scopes:
            refuse_unknown(request._request, self.known_parameters())
            self.expanded()

    def perform_authentication(self, request: Request) -> None:
        """Find out who asks, and count it: a wrong token counts for the address it came from."""
        try:
            super().perform_authentication(request)
        except AuthenticationFailed:
            self._count(request, None)
            raise
        self._count(request, request.user)

    def _count(self, request: Request, user: object) -> None:
        """Count the request. Raises Problem 429 `rate_limited`."""
        self.standing = Bucket.configured().take(caller_of(request._request, user))
        if not self.standing.allowed:
            raise Problem(429, "rate_limited", "Too many requests. Wait as long as Retry-After says.")

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the limits to every answer, and keep every answer out of caches on the way."""
        response = super().finalize_response(request, response, *args, **kwargs)
        for name, value in (headers_of(self.standing) if self.standing else {}).items():
            response[name] = value
        response.setdefault("Cache-Control", "private, no-cache")
        return response

    def known_parameters(self) -> set[str]:
        """Return the query parameters that this action reads."""
        known = set(self.parameters.get(self.action or "", {}))
        if self.action == "list":
            known |= {"limit", "cursor", *(self.filters.base_filters if self.filters else ())}
        return known | ({"expand"} if self.expandable else set())

    def _validated(self, data: Any, *, partial: bool = False) -> Body:
        serializer = self.bodies.get(self.action or "", ReasonIn)(data=data, context={"view": self})
        for name, field in serializer.fields.items() if partial and isinstance(data, dict) else ():
            if data.get(name, "") is None and not field.allow_null and field.default is not empty:
                data[name] = field.get_default()  # RFC 7396: null takes back what was said, and leaves the default
            if name not in data:  # absent here means "as it is"; within a member, everything is asked for as ever
                field.required, field.default = False, empty
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _check_id(self, pk: str) -> None:
        if not re.fullmatch(ids.pattern(self.prefix), pk):
            raise Http404


def matches(header: str, etag: str, *, weak: bool) -> bool:
    """Return whether an If-Match or If-None-Match header names this ETag, or anything at all by `*`."""
    if header.strip() == "*":
        return True
    tags = re.findall(r'(?:W/)?"[^"]*"', header)
    return etag in ([tag.removeprefix("W/") for tag in tags] if weak else tags)
