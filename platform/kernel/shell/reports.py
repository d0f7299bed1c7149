"""What Django would tell about a failed request: nothing. Where it failed stands in the log."""

from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter


class NoReport(ExceptionReporter):
    """An empty report: no path, no header, no variable of any frame, whoever asks for it."""

    def get_traceback_data(self) -> dict[str, object]:
        """Return nothing at all."""
        return {}

    def get_traceback_html(self) -> SafeString:
        """Return an empty page."""
        return SafeString("")

    def get_traceback_text(self) -> SafeString:
        """Return an empty text."""
        return SafeString("")
