"""Safety reports: one of either side says that something is not safe, and everything of the provider's stands still."""
