"""How long people who work here, and their sessions, are kept."""

from kernel.accounts.lockout.models import SignInTry
from kernel.accounts.sessions.models import Session
from kernel.retention import Kept, Passing, Rows, keep, let_go

let_go(
    Passing(
        "staff.sessions",
        what="sign-ins that have ended, and were not cleared by the hourly run",
        days=1,
        remains="nothing",
        source=Rows(lambda before: Session.objects.over(before), "used_at"),
        tables=("accounts_session",),
    ),
    Passing(
        "staff.tries",
        what="counts of failed sign-ins, under a salt of their day",
        days=7,
        remains="nothing",
        source=Rows(lambda before: SignInTry.objects.filter(last_at__lt=before), "last_at"),
        tables=("accounts_signintry",),
    ),
)

keep(
    Kept(
        "staff",
        what="organisations, logins and what they may do",
        why="who did something must stay one and the same opaque id; whoever left is shut out",
        tables=(
            "accounts_organisation",
            "accounts_user",
            "accounts_user_groups",
            "accounts_user_user_permissions",
            "accounts_member",
            "accounts_trustgrant",
            "accounts_staffrequest",
            "account_emailaddress",
            "account_emailconfirmation",
            "mfa_authenticator",
        ),
    )
)
