"""Money sent back to donors."""
