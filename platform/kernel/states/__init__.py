"""States and refusals: plain Python, so that a rule can be read and tested without a database."""

from kernel.states.moves import Moves, move, move_each
from kernel.states.refusal import IllegalMove, Refusal

__all__ = ["IllegalMove", "Moves", "Refusal", "move", "move_each"]
