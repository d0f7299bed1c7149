"""May this member do that? Permissions by name, each a rule over a member: role, and whose organisation.

Which things a member sees is said by the things (`visible_to`); who is the second person, by the deed that takes two.
Every app says in its own `rules.py` who may do what; together they are the one table that doors and views ask.
"""

from dataclasses import dataclass
from typing import Any

from rules.permissions import has_perm, permissions, set_perm
from rules.predicates import predicate

from kernel.accounts.members import Member, Role

EVERYBODY = tuple(Role)


@predicate  # type: ignore[untyped-decorator]
def is_operator(member: Member) -> bool:
    """Whether the member belongs to the organisation that runs this installation."""
    return member.organisation.is_operator


def has_role(*roles: str) -> Any:
    """Return the rule that a member has one of these roles."""
    words = frozenset(str(role) for role in roles)
    return predicate(lambda member: member.role in words, name=f"has_role:{','.join(sorted(words))}")  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: members with these roles, of any organisation or of the operator alone."""

    roles: tuple[str, ...]
    of_operator: bool = False


TABLE: dict[str, tuple[Line, ...]] = {}


def allow(name: str, *roles: str, of_operator: bool = False) -> None:
    """Let members with one of these roles do what `name` says; `of_operator`: the operator's alone.

    A name that stands in the table already is widened. Said by apps when they are loaded, and by nobody later.
    """
    rule = is_operator & has_role(*roles) if of_operator else has_role(*roles)
    set_perm(name, permissions[name] | rule if name in TABLE else rule)  # type: ignore[no-untyped-call]
    TABLE[name] = (*TABLE.get(name, ()), Line(tuple(str(role) for role in roles), of_operator))


def may(member: Member, name: str) -> bool:
    """Return whether a member may do what `name` says. A name that nobody allowed is a no."""
    return bool(has_perm(name, member))  # type: ignore[no-untyped-call]


allow("accounts.enter_console", *EVERYBODY)
allow("accounts.grant_trust", Role.COORDINATOR, Role.APPROVER, Role.ADMIN, of_operator=True)
# an administrator looks after the own organisation's people, the operator's after everybody's
allow("accounts.manage_people", Role.ADMIN)
allow("accounts.see_people", Role.ADMIN)
allow("accounts.see_people", Role.COORDINATOR, Role.APPROVER, of_operator=True)
# an organisation speaks for itself; the operator for those that have nobody here
allow("accounts.list_organisation", Role.ADMIN)
# the second person: whoever of the operator may answer for another
allow("accounts.sign_people", Role.COORDINATOR, Role.APPROVER, Role.ADMIN, of_operator=True)
