"""Passwords: long, of any signs, taken as they were typed, and not what anyone would try here first."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.factories.organisations import make_member


def codes(password: str, user: object = None) -> set[str]:
    with pytest.raises(ValidationError) as caught:
        validate_password(password, user)  # type: ignore[arg-type]
    return {error.code for error in caught.value.error_list}


@pytest.mark.parametrize(
    "password", ["Waystation2026!", "coordinator-123", "HOTLINE hotline", "shelter.shelter.1", "welcome-operator-99"]
)
def test_it_refuses_this_houses_words_and_little_else(password: str) -> None:
    assert "house_words" in codes(password)


@pytest.mark.parametrize(
    "password",
    [
        "waystation plus nine other things",
        "ünïcödé пароль 漢字漢字漢",
        "x" * 5 + "qzv 4-k7" * 8,
        "        spaces      inside",
    ],
)
def test_it_takes_any_signs_and_any_length(password: str) -> None:
    validate_password(password)


@pytest.mark.parametrize(
    ("password", "code"), [("short", "password_too_short"), ("password1234", "password_too_common")]
)
def test_it_refuses_what_is_short_or_common(password: str, code: str) -> None:
    assert code in codes(password)


@pytest.mark.django_db
def test_it_refuses_ones_own_address() -> None:
    user = make_member(role="finance").user
    assert "password_too_similar" in codes(user.email, user)


@pytest.mark.django_db
def test_it_keeps_every_sign_as_it_was_typed() -> None:
    user = make_member().user
    user.set_password("  Ä long one, with spaces  ")
    assert user.check_password("  Ä long one, with spaces  ")
    assert not user.check_password("Ä long one, with spaces")
    assert not user.check_password("  ä long one, with spaces  ")
