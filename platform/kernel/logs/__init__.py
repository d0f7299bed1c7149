"""What may be said aloud by a program of the house: an allow-list, and a mark in place of everything else.

Plain Python, on the ground floor: the web server and the worker speak through it before Django is there, and after.
"""

from kernel.logs.told import Told

__all__ = ["Told"]
