"""Backups: the database as a stream of rows, encrypted before it touches a disk, and the way back."""
