"""PostgreSQL as Django speaks it; a connection that has just answered is not asked whether it lives."""
