"""Who does the scenario's deeds: the members of each organisation by role."""

from dataclasses import dataclass

from api.models import Client
from kernel.accounts.models import Member, Organisation, Role


@dataclass(frozen=True)
class Team:
    """One organisation and those of its people whom the scenario needs."""

    organisation: Organisation
    members: tuple[Member, ...]
    client: Client

    def all(self, role: Role) -> list[Member]:
        """Everyone with that role, first hired first."""
        return [member for member in self.members if member.role == role]

    def one(self, role: Role) -> Member:
        """The first with that role."""
        return self.all(role)[0]

    def actor(self, role: Role) -> str:
        """The opaque word for the first with that role."""
        return self.one(role).user.actor


def teams() -> list[Team]:
    """Every organisation in the order it was founded: the operator first."""
    return [
        Team(
            organisation,
            tuple(organisation.members.select_related("user", "organisation").order_by("pk")),
            Client.objects.get(organisation=organisation),
        )
        for organisation in Organisation.objects.order_by("created_at")
    ]
