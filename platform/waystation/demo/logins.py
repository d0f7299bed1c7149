"""Who may sign in to the demo, and with what: made with the world, kept beside its keys."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from waystation.demo.world import World, write_private

DONOR = "again@waystation.invalid"  # has no login: gave with this address, and comes back by a link to it


@dataclass
class Logins:
    """The two lists of demo.json. A demo hands out its passwords on purpose; no real system may."""

    organisations: list[dict[str, Any]] = field(default_factory=list)
    users: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return both lists under their names."""
        return {"organisations": self.organisations, "users": self.users}

    def keep(self, world: World) -> None:
        """Write them beside the world's keys."""
        write_private(_place(world), json.dumps(self.as_json(), indent=2, ensure_ascii=False))

    @classmethod
    def kept(cls, world: World) -> "Logins | None":
        """Return those of a world that exists already, or None."""
        try:
            return cls(**json.loads(_place(world).read_text()))
        except FileNotFoundError:
            return None


def _place(world: World) -> Path:
    """Where a world keeps its logins."""
    return world.data_dir / "keys" / "logins.json"
