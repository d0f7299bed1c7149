"""Offers that look wrong are held for a person to look at, never dropped; a flood of goodwill is not an attack."""
