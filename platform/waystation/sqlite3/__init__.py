"""SQLite as Django speaks it, with another way of waiting for the one writer's place."""
