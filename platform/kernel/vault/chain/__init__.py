"""The chain of trust of an owner's keys: what was pinned, and every change since, signed by two."""
