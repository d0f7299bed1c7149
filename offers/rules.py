"""Who may do what with offers, needs and matches."""

from kernel.accounts.members import Role
from kernel.accounts.rules import allow

WORKERS = (Role.CASEWORKER, Role.COORDINATOR)
SECOND = (*WORKERS, Role.APPROVER)

allow("offers.see_needs", *SECOND)
allow("offers.write_needs", Role.CASEWORKER)  # the one who knows the person
allow("offers.move_needs", *SECOND)
allow("offers.review_needs", *SECOND)
allow("offers.see_matches", *SECOND)
allow("offers.work_matches", *WORKERS)
allow("offers.confirm_matches", *SECOND)
# everybody of a side may say that it is not safe; that it may go on is said by two who answer for others
allow("offers.see_incidents", *SECOND)
allow("offers.lift_freezes", Role.COORDINATOR, Role.APPROVER)
# the operator vets and releases for the whole network
allow("offers.vet_pledges", Role.COORDINATOR, Role.APPROVER, of_operator=True)
allow("offers.moderate_pledges", Role.COORDINATOR, Role.APPROVER, of_operator=True)
allow("offers.ask_for_checks", Role.CASEWORKER, of_operator=True)
allow("offers.tend_board", Role.COORDINATOR, Role.APPROVER, of_operator=True)
allow("offers.run_plans", Role.COORDINATOR, of_operator=True)
