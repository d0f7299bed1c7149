"""Checks while help is given: both sides are asked how it goes, at day 1 to 3, after a week, then every month."""
