"""Pages for donors, and the money screens of the console."""
