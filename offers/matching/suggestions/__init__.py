"""Suggestions: a pledge offered to a class of published needs, before anybody says to which of them."""
