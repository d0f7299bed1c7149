"""One payment by a donor, from the wish to the book."""
