"""The rows of this room, one noun a file."""

from kernel.accounts.lockout.models import SignInTry
from kernel.accounts.members import Member, Role
from kernel.accounts.organisations import Organisation, OrganisationRole
from kernel.accounts.people.requests import StaffDeed, StaffRequest
from kernel.accounts.sessions.models import Session
from kernel.accounts.trust import TrustGrant, TrustSubject
from kernel.accounts.users import User

__all__ = [
    "Member",
    "Organisation",
    "OrganisationRole",
    "Role",
    "Session",
    "SignInTry",
    "StaffDeed",
    "StaffRequest",
    "TrustGrant",
    "TrustSubject",
    "User",
]
