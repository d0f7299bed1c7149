"""What a need never says of a person, and the sentence with which it is refused.

There is no field for any of this. Whoever sends one is told why, so that the next thing tried is not another name for
it. The words are looked for in the names of what was sent; what was sent is not looked at, and not kept.
"""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_WHO = _("A need is written without the person: it has no name. A number of your own files is all that stands for it.")
_WHEN_BORN = _("A date of birth tells one person from all others. How many persons of which age is enough: `party`.")
_ORIGIN = _("Where somebody comes from, or belongs, is what they are searched by. It is not taken, for no purpose.")
_WHAT_THEY_ARE = _(
    "What somebody is, loves, believes or suffers from is not taken. Say what the helper must be instead: `requires`."
)
_WHY = _("Why somebody flees is not taken: the case stays in your own files, and help is found without it.")
_CONTACT = _("How a person is reached stays with you: nobody here may write to them, or be able to.")
_WHERE = _("Where somebody is is never taken. `countries` says where they may go, and nothing says more.")
_PICTURE = _("No picture, paper or number of a paper is taken: each of them is a person.")
_TEXT = _("There is no room for free text: what can be written about a person will be. Use the words that are there.")
_OTHERWISE = _("There is no such field: a need is written in closed words, so that nothing can tell who it is about.")

_SAID: dict[Promise, str] = {
    _WHO: (
        "name names surname surnames firstname lastname fullname forename patronymic maiden nickname"
        " alias title person client beneficiary imya familiya"
    ),
    _WHEN_BORN: ("birth birthday birthdate birthplace born dob age ages year"),
    _ORIGIN: (
        "nationality nationalities citizenship origin ethnicity ethnic tribe race clan religion religious"
        " faith community mother"
    ),
    _WHAT_THEY_ARE: (
        "orientation sexuality sexual sex gender identity pronoun pronouns sogi lgbt lgbtq lgbtqi gay"
        " lesbian trans hiv diagnosis disease illness disability health medical pregnant marital family"
        " belief political"
    ),
    _WHY: (
        "ground grounds persecution reason reasons cause threat threats perpetrator incident torture"
        " story history background case claim"
    ),
    _CONTACT: (
        "contact contacts email mail phone telephone tel mobile telegram signal whatsapp viber messenger"
        " handle username account social facebook instagram"
    ),
    _WHERE: (
        "address street house city town village place location region district whereabouts residence"
        " hiding lat lon latitude longitude coordinates gps geo postcode postal zip"
    ),
    _PICTURE: (
        "photo photos picture pictures image images avatar face video file files document documents"
        " attachment passport scan fingerprint biometric"
    ),
    _TEXT: (
        "note notes comment comments text free description remark remarks message details info"
        " information memo summary extra other misc"
    ),
}
_BY_WORD = {word: sentence for sentence, words in _SAID.items() for word in words.split()}
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
FORBIDDEN = tuple(_BY_WORD)


def tries(field: str) -> bool:
    """Return whether a field's name asks for what a need never says."""
    return _sentence(field) is not _OTHERWISE


def why_not(field: str) -> str:
    """Return why a field that a need does not have is not taken; for one that tries nothing, that there is none."""
    return str(_sentence(field))


def _sentence(field: str) -> Promise:
    words = [word.casefold() for word in _WORDS.findall(field[:200])]
    return next((_BY_WORD[word] for word in reversed(words) if word in _BY_WORD), _OTHERWISE)
