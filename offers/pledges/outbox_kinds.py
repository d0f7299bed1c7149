"""What the worker is asked to do for an offer, by word."""

SCREEN = "offers.screen"  # look at what was sent, then hold it or ask its address
CONFIRM_MAIL = "offers.confirm_email"
MANAGE_MAIL = "offers.manage_link"
LINKS_ASKED = "offers.links_asked"  # somebody lost their link; the object is the address's blind index
REFERENCE_MAIL = "offers.reference"  # three questions to somebody who knows the provider
DECIDED = "offers.held_decided"  # decisions about held offers wait to be carried out
STILL_SO_MAIL = "offers.still_so"  # ask whether an offer is still as it was said to be
REMINDER_MAIL = "offers.still_so_reminder"
