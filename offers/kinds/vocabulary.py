"""The closed vocabularies of help: words a pledge declares and a need asks for. Nothing outside them can be written."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    HOUSING = "housing", _("a room")
    MEDICAL = "medical", _("medical help")
    PSYCHOLOGICAL = "psychological", _("psychological help")
    LEGAL = "legal", _("legal help")
    TRANSPORT = "transport", _("a seat in a car")
    INTERPRETATION = "interpretation", _("interpreting")
    DOCUMENTS = "documents", _("visa and travel papers")
    RESETTLEMENT_PLACE = "resettlement_place", _("a resettlement place")
    EMPLOYMENT = "employment", _("a job")
    GOODS = "goods", _("goods")
    FOOD = "food", _("food")


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


# a feature that only this check can prove, whoever ticks it
PROVEN_BY = {Feature.LICENSED: Check.LICENCE, Feature.BACKGROUND_CHECKED: Check.POLICE_CHECK}
