"""What a donor gave in a year, on one paper, for everybody at once: a long job that says how far it is."""
