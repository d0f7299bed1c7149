"""The demo's world of made-up people: the shape of a real operation, no one's real life."""

from waystation.demo.scenario.whole import ensure

__all__ = ["ensure"]
