"""Why an action is done: any word is taken, and only those of a closed list are kept."""

from typing import Any, ClassVar

from django.db.models import TextChoices
from drf_spectacular.drainage import set_override
from rest_framework import serializers

from api.bodies.fields import StrictCharField
from api.bodies.strict import StrictSerializer

OTHER = "other"
_PATTERN = r"[a-z][a-z0-9_]{0,39}"


class ReasonField(StrictCharField):
    """A code of at most 40 letters. One of `words` stays what it is; any other is read as `other`.

    What is read here goes into histories from which nothing is ever taken out, and a word of somebody's own choosing
    has room for a name.
    """

    def __init__(self, *, words: tuple[str, ...], **kwargs: Any) -> None:
        self.words = words if OTHER in words else (*words, OTHER)
        listed = ", ".join(self.words)
        super().__init__(
            required=False, pattern=_PATTERN, complaint=f"This is a code, best one of: {listed}.", **kwargs
        )
        among = {"type": "string", "enum": list(self.words)}
        another = {"type": "string", "pattern": f"^{_PATTERN}$", "maxLength": 40}
        told = f"One of {listed}. Another code is taken, and kept as `{OTHER}`."
        set_override(self, "field", {"anyOf": [among, another], "description": told})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return the word that is kept. Fails `bad_format` for what is no code."""
        value = super().run_validation(data)
        return value if value in self.words else OTHER


class ReasonIn(StrictSerializer):
    """The body of an action: nothing, or a code that says why."""

    reasons: ClassVar[type[TextChoices] | None] = None  # what is kept besides `other`

    def get_fields(self) -> dict[str, Any]:
        """Add the reason, with the words of this action."""
        words = tuple(self.reasons.values) if self.reasons else ()
        return {"reason": ReasonField(words=words), **super().get_fields()}
