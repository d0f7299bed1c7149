"""Who may do what on the roof's own pages."""

from kernel.accounts.members import Role
from kernel.accounts.rules import allow

# all of it for the operator, for a partner what its own people and programs did
allow("front.read_trail", Role.COORDINATOR, Role.APPROVER, Role.ADMIN)
