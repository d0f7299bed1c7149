"""Sessions: short, known by a hash of their key, and ended from the server's side."""
