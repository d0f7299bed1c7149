"""What can be done to a need, a file a deed."""

from offers.needs.deeds.edit import edit_need
from offers.needs.deeds.end import expire_need, expire_overdue, fulfil_need, withdraw_need
from offers.needs.deeds.extend import extend_need
from offers.needs.deeds.link import link_needs, unlink_need
from offers.needs.deeds.merge import merge_need
from offers.needs.deeds.raising import raise_urgency
from offers.needs.deeds.reopen import reopen_need
from offers.needs.deeds.review import approve_need, return_need, submit_need
from offers.needs.deeds.write import write_need

__all__ = [
    "approve_need",
    "edit_need",
    "expire_need",
    "expire_overdue",
    "extend_need",
    "fulfil_need",
    "link_needs",
    "merge_need",
    "raise_urgency",
    "reopen_need",
    "return_need",
    "submit_need",
    "unlink_need",
    "withdraw_need",
    "write_need",
]
