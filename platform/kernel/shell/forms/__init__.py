"""Form parts in the design: a renderer for every Django form, and the widgets and fields pages ask for."""

from kernel.shell.forms.fields import MoneyField
from kernel.shell.forms.renderer import ShellRenderer
from kernel.shell.forms.widgets import AmountInput, CheckColumns, CheckTiles, DateInput, MoneyInput, Tiles, Trap

__all__ = [
    "AmountInput",
    "CheckColumns",
    "CheckTiles",
    "DateInput",
    "MoneyField",
    "MoneyInput",
    "ShellRenderer",
    "Tiles",
    "Trap",
]
