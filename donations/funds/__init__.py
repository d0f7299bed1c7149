"""What money is given for, and what the public is told of it."""
