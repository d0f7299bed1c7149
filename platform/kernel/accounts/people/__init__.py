"""Who works here: how people come, change what they do, and go."""
