"""Which status answers which refusal of a deed: the one table."""

from kernel.states import Refusal

STATUS = {
    "already_used": 409,
    "announced_already": 409,
    "capacity_taken": 409,
    "frozen": 409,
    "illegal_transition": 409,
    "live_hold": 409,
    "not_a_candidate": 409,
    "pledge_stopped": 409,
    "need_held": 409,
    "no_plan": 409,
    "plan_let_go": 409,
    "not_trusted": 403,
    "operator_only": 403,
    "not_your_side": 403,
    "safeguarding": 400,
    "unknown_reference": 400,
    "no_group_key": 503,  # nobody holds the keys to seal a contact with: the house must be staffed first
    "payment_unavailable": 503,
    "checkout_in_progress": 409,
    "giving_stopped": 503,  # a finance officer pressed the switch
    "giving_limited": 429,
}


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of a refusal: by its code, else 400 if it names a field, else 409."""
    return STATUS.get(refusal.code, 400 if refusal.field else 409)
