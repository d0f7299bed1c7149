"""Recovery codes: ten, each good once, shown once. Under the server's key in the database, like one-time secrets."""

import time

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext

from kernel import audit
from kernel.accounts.users import User
from kernel.states import Refusal


def codes_of(user: User) -> Authenticator | None:
    """Return a person's set of recovery codes, or None."""
    return Authenticator.objects.filter(user=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()


def left(codes: Authenticator) -> int:
    """Return how many codes of a set are not used yet."""
    return len(codes.wrap().get_unused_codes())


def were_shown(codes: Authenticator) -> bool:
    """Return whether a set was shown already."""
    return bool(codes.data.get("viewed_at"))


@transaction.atomic
def show_codes(*, user: User) -> list[str]:
    """Return a person's unused codes, this once. Raises Refusal `no_codes` or `shown_already`."""
    codes = Authenticator.objects.select_for_update().filter(
        user=user.pk, type=Authenticator.Type.RECOVERY_CODES
    ).first()  # fmt: skip
    if codes is None:
        raise Refusal("no_codes", gettext("There are no recovery codes yet: make some first."))
    if were_shown(codes):
        raise Refusal("shown_already", gettext("These codes were shown already, once. Make new ones if they are lost."))
    codes.data["viewed_at"] = time.time()
    codes.save(update_fields=["data"])
    audit.record(user.actor, "login.recovery_codes_shown", user.actor)
    unused: list[str] = codes.wrap().get_unused_codes()
    return unused


def are_of(user: User, said: list[str]) -> bool:
    """Return whether these are exactly a person's unused codes: the file holds what was shown, and nothing else."""
    codes = codes_of(user)
    return codes is not None and bool(said) and said == codes.wrap().get_unused_codes()
