"""Who may do what with money. Exact figures are for the operator's finance officers alone; nobody sees who gave."""

from kernel.accounts.members import Role
from kernel.accounts.rules import allow

allow("donations.see_money", Role.FINANCE, Role.COORDINATOR, Role.ADMIN)
allow("donations.keep_books", Role.FINANCE, of_operator=True)
allow("donations.stop_giving", Role.FINANCE, Role.ADMIN, of_operator=True)
# the second person for what one alone may not do; who asked is refused by the deed
allow("donations.agree", Role.FINANCE, Role.ADMIN, of_operator=True)
allow("donations.watch_events", Role.FINANCE, Role.ADMIN, of_operator=True)
# who may collect: two people of the operator; taking it back takes one of them
allow("donations.see_campaigns", Role.FINANCE, Role.COORDINATOR, Role.ADMIN, of_operator=True)
allow("donations.ask_campaign", Role.FINANCE, Role.COORDINATOR, of_operator=True)
allow("donations.sign_campaign", Role.FINANCE, Role.COORDINATOR, Role.ADMIN, of_operator=True)
# a partner says what its own campaigns have sent
allow("donations.announce_transfer", Role.FINANCE, Role.ADMIN)
