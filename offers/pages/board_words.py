"""The classes of the board as people call them."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kernel.places import ZONES
from offers.kinds.vocabulary import KindGroup
from offers.needs.gate.policy import ReleasePolicy

_WORDS: dict[str, str | Promise] = {
    **{word: KindGroup(word).label for word in KindGroup.values},
    **ZONES,
    "europe": _("Europe"),
    "asia": _("Asia and the Pacific, with the Caucasus"),
    "elsewhere": _("the Americas, Africa or the Middle East"),
    "several": _("several places"),
    "one": _("one person"),
    "more": _("two persons or more"),
}


def class_name(key: str) -> str:
    """Return a class of the partition in words; a word that no policy of today uses stays as it is."""
    return ", ".join(str(_WORDS.get(word, word)) for word in key.split("/"))


def classes_of(policy: ReleasePolicy) -> list[tuple[str, Any]]:
    """Return the name and k of every class of a policy, in the order of its tree."""
    return [(class_name(one.key), one.k) for one in sorted(policy.classes.values(), key=lambda one: one.key)]
