"""Who may have somebody's records erased: each within their own organisation, and never alone."""

from kernel.accounts.members import Role
from kernel.accounts.rules import allow

allow("erasure.see_requests", Role.COORDINATOR, Role.APPROVER)
allow("erasure.ask", Role.COORDINATOR, Role.APPROVER)
allow("erasure.decide", Role.COORDINATOR, Role.APPROVER)
