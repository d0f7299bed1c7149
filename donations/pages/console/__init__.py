"""The money screens. Exact figures are for the operator's finance officers alone; nobody sees who gave."""

from kernel.accounts.models import Role

FINANCE = (Role.FINANCE,)
WATCHERS = (Role.FINANCE, Role.ADMIN)
ALL = (Role.FINANCE, Role.COORDINATOR, Role.ADMIN)
