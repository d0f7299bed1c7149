"""The closed vocabularies of help: words a pledge declares and a need asks for. Nothing outside them can be written."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from offers.kinds.helpkind import HelpKind


class _Found(type):
    """Lets the words of the kinds be asked for as those of any other list: they stand in the files of this folder."""

    def __iter__(cls) -> Iterator["Kind"]:
        return (Kind(word) for word in _found())

    def __getattr__(cls, name: str) -> "Kind":
        """Return `Kind.HOUSING` for the file that says `housing`."""
        if name.isupper() and name.lower() in _found():
            return Kind(name.lower())
        raise AttributeError(f"No file in offers/kinds declares {name.lower()}.")

    @property
    def values(cls) -> list[str]:
        """Return the words."""
        return list(_found())

    @property
    def choices(cls) -> list[tuple[str, Any]]:
        """Return each word with what it is called in a sentence."""
        return [(word, kind.noun) for word, kind in _found().items()]


class Kind(str, metaclass=_Found):
    """The word of a kind of help. Raises ValueError for a word that no file declares."""

    __slots__ = ()

    def __new__(cls, word: str) -> "Kind":
        """Take a word for what it is."""
        if word not in _found():
            raise ValueError(f"{word!r} is no kind of help.")
        return super().__new__(cls, word)

    @property
    def label(self) -> Any:
        """What it is called in a sentence."""
        return _found()[self].noun


def _found() -> "Mapping[str, HelpKind]":
    from offers.kinds.registry import found  # a kind's file reads the other lists of this one

    return found()


class Feature(models.TextChoices):
    """What a provider declares, and vetting verifies apart."""

    STEP_FREE = "step_free", _("step-free")
    PETS_OK = "pets_ok", _("pets welcome")
    CHILDREN_OK = "children_ok", _("children welcome")
    WOMEN_ONLY = "women_only", _("women-only household")
    LGBTQ_AFFIRMING = "lgbtq_affirming", _("LGBTQ-affirming")
    SMOKE_FREE = "smoke_free", _("smoke-free")
    PRIVATE_BATHROOM = "private_bathroom", _("private bathroom")
    LOCKABLE_ROOM = "lockable_room", _("lockable room")
    QUIET = "quiet", _("quiet")
    NO_CONTACT_WITH_ORIGIN_COMMUNITY = "no_contact_with_origin_community", _("no contact with the community of origin")
    TRAUMA_INFORMED = "trauma_informed", _("trauma-informed")
    LICENSED = "licensed", _("licensed")
    INSURED = "insured", _("insured")
    BACKGROUND_CHECKED = "background_checked", _("background-checked")


class Urgency(models.TextChoices):
    EMERGENCY = "emergency", _("emergency")  # in danger today
    URGENT = "urgent", _("urgent")  # within days
    SOON = "soon", _("soon")  # within weeks
    PLANNED = "planned", _("planned")  # a date ahead


class ProviderType(models.TextChoices):
    PERSON = "person", _("a private person")
    ORGANISATION = "organisation", _("an organisation")


BANDS = ("0-2", "3-12", "13-17", "18-59", "60+")
MINOR_BANDS = ("0-2", "3-12", "13-17")


class KindGroup(models.TextChoices):
    """What the published view says instead of the kind."""

    HOME = "home", _("a home")
    HEALTH = "health", _("health")
    RIGHTS = "rights", _("rights and papers")
    DAILY = "daily", _("daily life")


class Check(models.TextChoices):
    """The checks vetting is made of; each kind of help names those it needs."""

    IDENTITY = "identity", _("identity")  # the person is who they say, seen in a document or a call
    HOUSEHOLD_LIST = "household_list", _("who lives there")  # every grown-up of the home is known
    REFERENCES = "references", _("references")  # two people who know the provider were asked
    HOME_VISIT = "home_visit", _("home visit")  # someone we trust has seen the place
    LICENCE = "licence", _("licence")  # the register of the profession was looked up
    POLICE_CHECK = "police_check", _("police check")  # the certificate for work with children or vulnerable adults
    INTERVIEW = "interview", _("interview")  # a talk about motives, limits and what may happen
    CODE_OF_CONDUCT = "code_of_conduct", _("code of conduct")  # read, understood, signed


class PartyTrait(models.TextChoices):
    """What a provider may lawfully refuse or softly wish for: words about a party's shape, never about persons."""

    CHILDREN = "children", _("children")
    PETS = "pets", _("pets")
    SINGLE = "single", _("one person alone")
    GROUP = "group", _("more than one person")


# what a provider's form offers as wishes
WISHES: dict[str, Any] = {
    **dict(PartyTrait.choices),
    "short_stay": _("a short stay"),
    "long_stay": _("a long stay"),
}

# a feature that only this check can prove, whoever ticks it
PROVEN_BY = {Feature.LICENSED: Check.LICENCE, Feature.BACKGROUND_CHECKED: Check.POLICE_CHECK}
