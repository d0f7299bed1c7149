"""Who may do what with money. Exact figures are for the operator's finance officers alone; nobody sees who gave."""

from kernel.accounts.members import Role
from kernel.accounts.rules import allow

allow("donations.see_money", Role.FINANCE, Role.COORDINATOR, Role.ADMIN)
allow("donations.keep_books", Role.FINANCE, of_operator=True)
allow("donations.stop_giving", Role.FINANCE, Role.ADMIN, of_operator=True)
# the second person for what one alone may not do; who asked is refused by the deed
allow("donations.agree", Role.FINANCE, Role.ADMIN, of_operator=True)
allow("donations.watch_events", Role.FINANCE, Role.ADMIN, of_operator=True)
