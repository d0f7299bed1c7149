"""Impact: how many were reached, in figures so coarse and so slow that nobody can be read from them."""
