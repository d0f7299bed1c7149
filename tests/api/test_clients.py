"""Clients: registered with what they may do, shut out at once."""

import base64
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from api.auth.deeds import register_client, shut_out
from kernel.audit.models import AuditEntry
from kernel.states import Refusal
from tests.api.clients import api_client
from tests.factories.organisations import make_operator, make_partner
from tests.guard import StrictApiClient

pytestmark = pytest.mark.django_db


def test_it_lets_a_registered_program_in() -> None:
    out = StringIO()
    where = ["--scope", "needs:read", "--return-url", "https://partner.example/thanks/"]
    call_command("register_client", make_partner().pk, "Case system", *where, "--json", stdout=out)
    told = json.loads(out.getvalue())
    basic = base64.b64encode(f"{told['client_id']}:{told['client_secret']}".encode()).decode()
    answer = StrictApiClient(headers={"Authorization": f"Basic {basic}"}).post(
        "/oauth/token/", {"grant_type": "client_credentials"}, format="multipart"
    )
    assert (answer.status_code, answer.json()["scope"]) == (200, "needs:read")
    assert AuditEntry.objects.filter(action="client.registered", object_id=told["client_id"]).exists()


@pytest.mark.parametrize(
    ("scopes", "return_urls", "code"),
    [
        (["needs:burn"], [], "unknown_scope"),
        (["matching:run"], [], "operator_only"),
        (["needs:read"], ["/thanks/"], "return_url_invalid"),
        (["needs:read"], ["https://partner.example/?a=b"], "return_url_invalid"),
        (["needs:read"], ["javascript:alert(1)"], "return_url_invalid"),
        (["needs:read"], ["https://a@partner.example/"], "return_url_invalid"),
        (["needs:read"], ["https://[/"], "return_url_invalid"),
    ],
)
def test_it_registers_nothing_that_could_not_be_meant(scopes: list[str], return_urls: list[str], code: str) -> None:
    partner = make_partner()
    with pytest.raises(Refusal) as refused:
        register_client(
            organisation=partner,
            name="x",
            scopes=scopes,
            return_urls=return_urls,
            by="system",
            at=timezone.now(),
        )
    assert refused.value.code == code


def test_it_gives_the_operators_own_scope_to_the_operator() -> None:
    client, _ = register_client(
        organisation=make_operator(), name="planner", scopes=["matching:run"], by="system", at=timezone.now()
    )
    assert client.scopes == ["matching:run"]


def test_it_shuts_a_program_out_at_once() -> None:
    partner = api_client(["donations:read"])
    assert partner.get("/api/v1/donations").status_code == 200
    shut_out(client=partner.registered, by="system", at=timezone.now())
    assert partner.get("/api/v1/donations").status_code == 401


def test_it_names_what_is_not_there() -> None:
    with pytest.raises(CommandError, match="no organisation"):
        call_command("register_client", "org_nobody", "x", "--scope", "needs:read")
    with pytest.raises(CommandError, match="no client"):
        call_command("shut_out_client", "nobody")
