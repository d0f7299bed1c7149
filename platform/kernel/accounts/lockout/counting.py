"""Under which words a try is counted.

A stranger is counted twice: with the address tried, and in the account's breaker, which slows down a crowd that comes
from everywhere. A known device is counted by itself, so that no crowd keeps the colleague out who has signed in there
before. An address nobody has is counted like any other.
"""

from django.http import HttpRequest

from kernel.accounts.lockout.devices import device_of
from kernel.accounts.lockout.waiting import OF_ALL, OF_ONE, Try, begin
from kernel.accounts.users import User
from kernel.limits.salts import salt_of, today
from kernel.limits.visitors import address_of, hashed


def begin_try(request: HttpRequest, *, step: str, account: str, user_id: int | None) -> Try | None:
    """Count a try of `step` (`password`, `code`) at an account, or return None if it has to wait."""
    salt = salt_of(today())
    if device := device_of(request, user_id):
        return begin([(hashed("sign in", step, account, "device", device, salt=salt), OF_ONE)])
    return begin(
        [
            (hashed("sign in", step, account, "visitor", address_of(request), salt=salt), OF_ONE),
            (hashed("sign in", step, account, "everybody", salt=salt), OF_ALL),
        ]
    )


def begin_password(request: HttpRequest, email: str) -> Try | None:
    """Count a try of a password for an address."""
    address = email.strip().lower()
    user_id = User.objects.filter(email=address).values_list("pk", flat=True).first()
    return begin_try(request, step="password", account=address, user_id=user_id)


def begin_code(request: HttpRequest, user: User) -> Try | None:
    """Count a try of a one-time or recovery code."""
    return begin_try(request, step="code", account=str(user.pk), user_id=user.pk)
