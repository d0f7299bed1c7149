"""The board: what was published, until when, and the switch that clears it."""
