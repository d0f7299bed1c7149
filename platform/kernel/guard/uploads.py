"""Files that are sent: held in memory alone, within a bound, where a page asks for one; thrown away everywhere else.

Django's own handlers write what is larger than 2.5 MB to the disk in clear. Nothing here knows how to.
"""

import io
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

BOUND = "takes_file_of"


def takes_file(most: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a view as one that takes a file of at most `most` bytes: one in each request."""

    def mark(view: Callable[..., Any]) -> Callable[..., Any]:
        setattr(view, BOUND, most)
        return view

    return mark


class MemoryOnly(FileUploadHandler):
    """Keeps one file in memory for a view that takes one; of a longer one, one byte more than may be, to be refused.

    Neither the name of the file nor what the browser says it is goes any further.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.kept: io.BytesIO | None = None
        self.taken = 0

    @property
    def bound(self) -> int:
        """Bytes that the view behind this request takes; 0 if it takes no file."""
        match = getattr(self.request, "resolver_match", None)
        return int(getattr(match.func, BOUND, 0)) if match else 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin with a file, or skip it: a second one, or one that nobody asked for."""
        super().new_file(*args, **kwargs)
        self.taken += 1
        if not self.bound or self.taken > 1:
            raise SkipFile
        self.kept = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece of the file, up to the bound."""
        if self.kept is not None:
            self.kept.write(raw_data[: max(0, self.bound + 1 - self.kept.tell())])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile | None:
        """Hand over the file, nameless."""
        if self.kept is None:
            return None
        kept, self.kept = self.kept, None
        size = kept.tell()
        kept.seek(0)
        return InMemoryUploadedFile(kept, self.field_name, "file", "application/octet-stream", size, None)
