"""The primary key that is also the public id."""

from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import models

from kernel.ids import new_id

if TYPE_CHECKING:
    _Text = models.CharField[str, str]
else:  # Django subscripts no field at run time
    _Text = models.CharField


class PublicIdField(_Text):
    """A CharField primary key whose value is made in Python, before the insert: sealed records are bound to it."""

    def __init__(self, *args: Any, prefix: str, **kwargs: Any) -> None:
        self.prefix = prefix
        kwargs.setdefault("max_length", 40)
        kwargs["primary_key"] = True
        kwargs["editable"] = False
        kwargs["default"] = partial(new_id, prefix)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Leave out what __init__ sets itself, so that a migration carries the prefix alone."""
        name, path, args, kwargs = super().deconstruct()
        for ours in ("primary_key", "editable", "default"):
            kwargs.pop(ours, None)
        return name, path, args, {**kwargs, "prefix": self.prefix}
