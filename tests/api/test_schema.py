"""The schema: whole, valid, without a warning, and true to what is answered."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command

from api.hsds.urls import router as directory
from api.resources import Resource
from api.schema.views import described
from api.schema.walk import every_object
from api.v1.urls import router
from tests.guard import StrictApiClient, StrictClient

OPEN = ("/api/v1/funds", "/api/v1/impact", "/api/v1/authorised-campaigns", "/oauth/", "/hsds/")
UNBOUNDED = {"case_ref"}  # the owner's own words; `contact` below
RESOURCES: list[tuple[str, type[Resource]]] = [
    (prefix, view) for prefix, view, _ in (*router.registry, *directory.registry)
]


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation: path, method, and what is said of it."""
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_it_is_made_without_a_warning_and_valid(tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


def test_it_is_openapi_3_1() -> None:
    assert described()["openapi"].startswith("3.1")


def test_it_names_each_operation_once() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))


def test_it_describes_a_problem_for_everything_that_fails() -> None:
    for path, method, operation in operations():
        if not path.startswith("/oauth/"):
            told = operation["responses"]["default"]["content"]["application/problem+json"]["schema"]
            assert told == {"$ref": "#/components/schemas/ProblemOut"}, (path, method)


def test_it_asks_a_scope_for_everything_that_is_not_open() -> None:
    for path, method, operation in operations():
        scopes = [scope for entry in operation["security"] for scope in entry.get("clientCredentials", [])]
        assert scopes or path.startswith(OPEN), (path, method)


@pytest.mark.parametrize(("prefix", "view"), RESOURCES)
def test_it_has_a_scope_for_every_action(prefix: str, view: type[Resource]) -> None:
    actions = {action.__name__ for action in view.get_extra_actions()}
    actions |= {name for name in ("list", "retrieve", "create", "partial_update") if hasattr(view, name)}
    assert set(view.scopes) == actions


def strings(
    schema: Any, components: dict[str, Any], path: str, seen: tuple[str, ...] = ()
) -> Iterator[tuple[str, Any]]:
    """Every string a request body is made of, with where it stands."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        if name not in seen:
            yield from strings(components[name], components, path, (*seen, name))
        return
    for word in ("allOf", "oneOf", "anyOf"):
        for part in schema.get(word, []):
            yield from strings(part, components, path, seen)
    for name, part in schema.get("properties", {}).items():
        yield from strings(part, components, f"{path}.{name}", seen)
    if isinstance(schema.get("items"), dict):
        yield from strings(schema["items"], components, f"{path}[]", seen)
    if "string" in (schema["type"] if isinstance(schema.get("type"), list) else [schema.get("type")]):
        yield path, schema


def test_it_bounds_every_string_of_a_request() -> None:
    components, wrong = described()["components"]["schemas"], []
    for path, method, operation in operations():
        for media in operation.get("requestBody", {}).get("content", {}).values():
            for where, string in strings(media["schema"], components, f"{method} {path}"):
                if where.startswith("post /oauth/") or ".contact" in where or where.rsplit(".", 1)[-1] in UNBOUNDED:
                    continue
                if not ({"enum", "format", "pattern"} & set(string) or string.get("maxLength", 41) <= 40):
                    wrong.append(where)
    assert not wrong


def test_it_says_that_bodies_take_no_other_members() -> None:
    components = described()["components"]["schemas"]
    for path, method, operation in operations():
        for media in () if path.startswith("/oauth/") else operation.get("requestBody", {}).get("content", {}).values():
            for found in every_object(media["schema"], components):
                assert found["additionalProperties"] is False, (path, method)


def test_it_requires_a_key_where_the_api_does() -> None:
    for path, method, operation in operations():
        if method == "post" and path.startswith("/api/v1/") and path.endswith(("s", "/bulk")):
            found = {parameter["name"]: parameter for parameter in operation["parameters"]}
            assert found["Idempotency-Key"]["required"], path


def test_it_knows_every_route_under_v1() -> None:
    described_paths = {path.removeprefix("/api/v1/").split("/")[0] for path, _, _ in operations()} - {"", "oauth"}
    routed = {prefix.split("/")[0] for prefix, _view, _name in router.registry}
    assert described_paths - {""} == routed


def test_it_knows_every_route_of_the_directory_under_a_tag_of_its_own() -> None:
    shown = {path for path, _, operation in operations() if operation["tags"] == ["hsds"]}
    lists = {f"/hsds/{prefix}" for prefix, _view, _name in directory.registry}
    assert shown == {"/hsds/", *lists, *(f"{path}/{{id}}" for path in lists)}


def test_it_is_served_as_yaml_and_json_to_anyone() -> None:
    client = StrictApiClient()
    assert json.loads(client.get("/api/schema/").content)["info"]["title"] == "Waystation"
    told = client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi"})
    assert told.content.decode().startswith("openapi: 3.1")


@pytest.mark.parametrize(("prefix", "view"), RESOURCES)
def test_it_shows_examples_that_the_api_takes(prefix: str, view: type[Resource]) -> None:
    for action, example in view.examples.items():
        body = view.bodies[action](data=example)
        assert body.is_valid(), (prefix, action, body.errors)


def test_it_is_shown_on_a_page_that_asks_nobody_else() -> None:
    client = StrictClient()
    page = client.get("/api/docs/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "//" not in text.replace("<!doctype", "").replace("/" * 2 + "www.w3.org", "")
    assert "<style" not in text
    assert "data:" in page["Content-Security-Policy"]
    assert "cdn" not in text
    script = client.get("/api/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")


def test_it_bounds_every_parameter() -> None:
    for path, method, operation in operations():
        for parameter in operation.get("parameters", []):
            schema = parameter["schema"]
            bounded = schema["type"] != "string" or {"enum", "format", "pattern"} & set(schema)
            assert bounded or schema.get("maxLength", 41) <= 40, (path, method, parameter["name"])


def test_it_gives_no_default_that_its_own_format_refuses() -> None:
    components = described()["components"]["schemas"]
    for found in every_object(list(components.values()), components):
        for name, schema in found["properties"].items():
            assert not ("format" in schema and schema.get("default") == ""), name
