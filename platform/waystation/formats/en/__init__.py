"""English, as it is read on every continent."""
