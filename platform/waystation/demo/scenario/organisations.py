"""The demo's organisations, their people and their programs. Every name describes what it is, and is no real one's."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.utils import encrypt

from api.auth.deeds import register_client
from kernel.accounts.listing import list_organisation
from kernel.accounts.models import Member, Organisation, Role, User
from kernel.accounts.trust import ask_for_trust, sign_trust
from kernel.disclosure.keys import create_group_keys
from waystation.demo.logins import Logins
from waystation.demo.world import World

READ = ("funds:read", "donations:read", "pledges:read", "needs:read", "matches:read")
WRITE = ("donations:write", "donations:refund", "pledges:write", "needs:write", "matches:write")
HOOKS = ("webhooks:read", "webhooks:write")
TRUSTED_SINCE = timedelta(days=120)
TWO_AND_TWO = ("caseworker", "caseworker", "coordinator", "approver")


@dataclass(frozen=True)
class Plan:
    """An organisation as the scenario founds it; `mailbox` is the host of its people's addresses."""

    name: str
    mailbox: str
    role: str
    people: tuple[str, ...]
    scopes: tuple[str, ...]
    trusted: tuple[str, ...] = ()
    listed: bool = False  # in the public directory


PLANS = (
    Plan(
        "Hotline Network (demo operator)",
        "hotline.example",
        "operator",
        (*TWO_AND_TWO, "approver", "finance", "finance", "admin"),
        (*READ, *WRITE, *HOOKS, "matching:run"),
        listed=True,
    ),
    Plan(
        "Shelter Alliance (demo partner, trusted)",
        "shelter.example",
        "partner",
        (*TWO_AND_TWO, "admin"),
        (*READ, *WRITE, *HOOKS),
        ("needs", "providers"),
        listed=True,
    ),
    Plan(
        "Neighbours Circle (demo partner, new)",
        "neighbours.example",
        "partner",
        TWO_AND_TWO,
        (*READ, *WRITE, *HOOKS),
    ),
    Plan("Open Figures Desk (demo partner, reading only)", "figures.example", "partner", (), READ),
)


def found_organisations(world: World, logins: Logins, *, at: datetime, say: Callable[[str], None]) -> None:
    """Found every organisation with its people, client and trust; what lets them in goes to `logins`."""
    operator: Organisation | None = None
    for plan in PLANS:
        organisation = Organisation.objects.create(
            name=plan.name, role=plan.role, steward=None if plan.people else operator
        )
        operator = operator or organisation
        logins.users.extend(_hire(plan, organisation, at=at))
        _trust(plan, organisation, operator, at=at - TRUSTED_SINCE)
        if plan.listed:
            administrator = Member.objects.filter(organisation=organisation, role=Role.ADMIN).earliest("pk")
            list_organisation(organisation=organisation, by=administrator, at=at - TRUSTED_SINCE)
        client, client_secret = register_client(
            organisation=organisation,
            name=plan.name,
            scopes=plan.scopes,
            return_urls=[f"{world.base_url}/thanks/"],
            by="system",
            at=at,
        )
        logins.organisations.append(
            {
                "id": organisation.pk,
                "name": plan.name,
                "role": plan.role,
                "trusted": sorted(plan.trusted),
                "client_id": client.client_id,
                "client_secret": client_secret,
                "scopes": client.scopes,
            }
        )
        say(f"  {plan.name}: {len(plan.people)} people")


def _hire(plan: Plan, organisation: Organisation, *, at: datetime) -> list[dict[str, Any]]:
    """Make the members of one organisation, each with a password, a second factor and, for some roles, a vault key."""
    hired = []
    for number, role in enumerate(plan.people):
        nth = plan.people[: number + 1].count(role)
        email, password, totp_secret = f"{role}{nth}@{plan.mailbox}", secrets.token_urlsafe(12), generate_totp_secret()
        user = User.objects.create_user(email, password)
        Member.objects.create(user=user, organisation=organisation, role=Role(role))
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(totp_secret)})
        hired.append(
            {
                "email": email,
                "role": role,
                "organisation": organisation.pk,
                "password": password,
                "totp_secret": totp_secret,
                "vault_passphrase": "",
            }
        )
    if hired:
        for member, passphrase in create_group_keys(organisation, by="system", at=at):
            login = next(login for login in hired if login["email"] == member.user.email)
            login["vault_passphrase"] = passphrase
    return hired


def _trust(plan: Plan, organisation: Organisation, operator: Organisation, *, at: datetime) -> None:
    """Let two people of the operator grant what the plan says."""
    if not plan.trusted:
        return
    coordinator, approver = (
        User.objects.filter(member__organisation=operator, member__role=role).earliest("pk")
        for role in (Role.COORDINATOR, Role.APPROVER)
    )
    for subject in plan.trusted:
        grant = ask_for_trust(organisation=organisation, subject=subject, by=coordinator, at=at)
        sign_trust(grant=grant, by=approver, at=at)
