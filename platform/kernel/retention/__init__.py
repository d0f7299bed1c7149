"""How long what is kept: each app registers its classes, a daily run lets go of what is over, a command proves it."""

from kernel.retention.classes import Kept, Passing, Rows
from kernel.retention.registry import keep, let_go

__all__ = ["Kept", "Passing", "Rows", "keep", "let_go"]
