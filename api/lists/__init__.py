"""Lists: cursors, filters, and parameters that are refused when unknown."""

from api.lists.cursor import CursorPages, Page
from api.lists.filters import ListFilters, TruthFilter

__all__ = ["CursorPages", "ListFilters", "Page", "TruthFilter"]
