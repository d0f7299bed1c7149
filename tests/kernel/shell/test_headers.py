"""What every answer carries, and what a public page never does."""

import re

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from kernel.ids import pattern
from kernel.shell.private import private
from tests.guard import StrictClient

PUBLIC = ["/", "/ru/"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", [*PUBLIC, "/nowhere/", "/healthz", "/accounts/login/"])
def test_it_opens_nothing_but_our_own_origin(client: StrictClient, address: str) -> None:
    headers = client.get(address).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    for opened in ("style-src", "script-src", "font-src", "img-src", "connect-src"):
        assert policy[opened] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["form-action"].split()[:3] == ["'self'", "https://checkout.stripe.com", "https://billing.stripe.com"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
def test_machines_go_a_short_way_and_are_answered_as_everybody_is(client: StrictClient, settings) -> None:
    answer = client.post("/stripe/webhook/", b"{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_signature")
    everybody = client.get("/").headers
    for name in ("Content-Security-Policy", "Permissions-Policy", "X-Frame-Options", "Cross-Origin-Opener-Policy"):
        assert answer.headers[name] == everybody[name]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Request-Id" in answer.headers
    assert answer.cookies == {}
    assert not hasattr(answer.wsgi_request, "session")
    assert client.get("/stripe/webhook/").status_code == 405
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    assert client.post("/stripe/webhook/", b"{}", content_type="application/json").status_code == 400


@pytest.mark.django_db
def test_what_breaks_on_the_short_way_is_answered_with_everybodys_headers_too(
    client: StrictClient, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = client.get("/").headers

    def post(*, status: int) -> None:
        answer = client.post("/stripe/webhook/", b"{}", content_type="application/json")
        assert answer.status_code == status
        for name in ("Content-Security-Policy", "Permissions-Policy", "X-Frame-Options", "X-Content-Type-Options"):
            assert answer.headers[name] == everybody[name]

    client.raise_request_exception = False
    monkeypatch.setattr("donations.webhooks.views.gateway", lambda: 1 // 0)
    post(status=500)
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    post(status=400)


@pytest.mark.django_db
def test_it_names_every_request(client: StrictClient) -> None:
    ids = [client.get(address).headers["Request-Id"] for address in ("/", "/", "/nowhere/", "/healthz")]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(pattern("req"), name) for name in ids)


@pytest.mark.django_db
@pytest.mark.parametrize("address", PUBLIC)
def test_it_sets_no_cookie_where_there_is_no_form(client: StrictClient, address: str) -> None:
    assert client.get(address).cookies == {}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/give/", "/ru/give/", "/offer/", "/ru/offer/"])
def test_it_sets_the_form_cookie_alone_where_there_is_one(client: StrictClient, address: str) -> None:
    assert set(client.get(address).cookies) <= {settings.CSRF_COOKIE_NAME}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/console/", "/ru/console/", "/accounts/login/", "/my-giving/x/", "/ru/my-offer/", "/offer/x/"]
)
def test_it_lets_no_cache_keep_a_private_page(client: StrictClient, address: str) -> None:
    headers = client.get(address).headers
    assert "no-store" in headers["Cache-Control"]
    assert "noindex" in headers["X-Robots-Tag"]


def test_it_marks_a_view_whose_address_does_not_say_it_is_private(rf: RequestFactory) -> None:
    response = private(lambda request: HttpResponse("x"))(rf.get("/thanks/"))
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/\x00", "/give/\x00/", "/console/\x00"])
def test_it_finds_nothing_at_an_address_with_a_nul(client: StrictClient, address: str) -> None:
    assert client.get(address.replace("\x00", "%00")).status_code == 404


@pytest.mark.django_db
def test_it_keeps_the_console_shut_in_every_language(client: StrictClient) -> None:
    for address in ("/console/", "/ru/console/"):
        response = client.get(address)
        assert response.status_code == 302
        assert "/accounts/login/" in response.headers["Location"]


@pytest.mark.django_db
def test_it_compresses_what_anyone_may_read_and_nothing_private(client: StrictClient) -> None:
    accepted = {"accept-encoding": "gzip"}
    assert client.get("/", headers=accepted).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/accounts/login/", headers=accepted).headers
    assert "Content-Encoding" not in client.get("/healthz", headers=accepted).headers


@pytest.mark.django_db
def test_it_lets_browsers_say_where_a_form_comes_from(client: StrictClient) -> None:
    # under no-referrer alone they send "Origin: null", and every form would be refused
    assert '<meta name="referrer" content="same-origin">' in client.get("/accounts/login/").content.decode()
    strict = StrictClient(enforce_csrf_checks=True)
    token = strict.get("/accounts/login/").cookies[settings.CSRF_COOKIE_NAME].value
    posted = {"login": "x@waystation.invalid", "password": "x", "csrfmiddlewaretoken": token}
    for origin, status in (("http://testserver", 200), ("null", 403), ("https://elsewhere.example", 403)):
        assert strict.post("/accounts/login/", posted, headers={"origin": origin}).status_code == status
