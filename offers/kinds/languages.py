"""The languages a form offers, best known first. The API takes any BCP 47 tag."""

from babel import Locale

# the languages of the regions people flee from and to; adding one is adding its tag
OFFERED = (
    "ru", "en", "uk", "ce", "ka", "hy", "az", "kk", "ky", "tg", "uz", "tr", "ar", "fa", "ps", "ku", "ti", "so", "sw",
    "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sk", "hu", "ro", "bg", "lt", "lv", "et", "fi", "sv", "da", "nb",
)  # fmt: skip


def language_name(tag: str, language: str = "en") -> str:
    """Return what a language is called in `language`; the tag itself if it has no name there."""
    return str(Locale.parse(language.replace("-", "_")).languages.get(tag.split("-")[0], tag))


def language_choices(language: str = "en") -> list[tuple[str, str]]:
    """Return `(tag, name)` for every language offered."""
    return [(tag, language_name(tag, language)) for tag in OFFERED]
