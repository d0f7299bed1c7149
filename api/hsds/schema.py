"""What the schema says of the directory: a tag of its own, and ids that are UUIDs."""

from typing import Any

from api.schema.auto import ResourceSchema


class DirectorySchema(ResourceSchema):
    """Reads what a Directory declares."""

    def get_tags(self) -> list[str]:
        """Return the standard's name."""
        return ["hsds"]

    def id_schema(self) -> dict[str, Any]:
        """Return how ids are spelled here."""
        return {"type": "string", "format": "uuid"}
