"""Error pages: in the design, and without a word of what was asked."""

import pytest
from django.test import RequestFactory

from kernel.shell import errors
from tests.guard import StrictClient

CANARY = "canary-7f3a"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (lambda request: errors.bad_request(request, ValueError(CANARY)), 400),
        (lambda request: errors.forbidden(request, PermissionError(CANARY)), 403),
        (lambda request: errors.not_found(request, LookupError(CANARY)), 404),
        (errors.too_many, 429),
        (errors.failed, 500),
        (lambda request: errors.csrf_failed(request, CANARY), 403),
    ],
    ids=["400", "403", "404", "429", "500", "csrf"],
)
def test_it_says_what_to_do_and_repeats_nothing(rf: RequestFactory, answer: object, status: int) -> None:
    response = answer(rf.get(f"/{CANARY}/", {"q": CANARY}))  # type: ignore[operator]
    assert response.status_code == status
    text = response.content.decode()
    assert "<h1>" in text
    assert "shell/tokens" in text
    assert CANARY not in text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.django_db
def test_it_answers_in_the_language_of_the_address(client: StrictClient) -> None:
    assert '<html lang="ru">' in client.get("/ru/nowhere/").content.decode()


@pytest.mark.django_db
def test_it_refuses_a_form_without_its_token_in_the_design() -> None:
    response = StrictClient(enforce_csrf_checks=True).post("/accounts/login/", {"login": CANARY})
    assert response.status_code == 403
    assert CANARY not in response.content.decode()
    assert "open for too long" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "back"), [("/console/people/", "/console/"), ("/nowhere/", "/")])
def test_it_leads_back_to_where_one_came_from(rf: RequestFactory, path: str, back: str) -> None:
    text = errors.forbidden(rf.get(path), PermissionError()).content.decode()
    assert f'<a class="button secondary" href="{back}">' in text
