"""Who may do what with keys and contacts. Whether a request is theirs to answer, and with which half, the deeds say."""

from kernel.accounts.members import Role
from kernel.accounts.rules import allow

HOLDERS = (Role.CASEWORKER, Role.COORDINATOR, Role.APPROVER)

allow("disclosure.see_requests", *HOLDERS)
allow("disclosure.answer_requests", *HOLDERS)
allow("disclosure.ask_for_contacts", Role.CASEWORKER)  # the one who is to call or write to them
allow("disclosure.read_contacts", Role.CASEWORKER)
allow("disclosure.open_own_key", *HOLDERS)
allow("disclosure.hold_keys", *HOLDERS)
# an administrator holds no key, but sees who does and takes one away at once
allow("disclosure.see_keys", *HOLDERS, Role.ADMIN)
allow("disclosure.take_keys_away", *HOLDERS, Role.ADMIN)
