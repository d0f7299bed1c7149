"""What the money was spent on."""
