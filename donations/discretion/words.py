"""Words that tell more than that somebody gave something. None may stand where a relative may look."""

import re

# beginnings of words, in both languages; a word of another meaning that begins so is left out by its next letters
ENGLISH = (
    "lgbt", "queer", "gay", "lesbian", "bisexual", "homosexual", "transgender", "transsexual", "sexual", "gender",
    "same-sex", "coming out", "pride", "rainbow", "refuge", "asylum", "shelter", "evacuat", "persecut", "tortur",
    "honou?r kill", "chechen", "chechnya", "ingush", "dagestan", "caucas", "russia", "escape", "flee", "fled",
    "fugitive", "exile", "smuggl", "traffick", "emigra", "safe house", "hiding", "abduct", "kidnap",
)  # fmt: skip
RUSSIAN = (
    "лгбт", "квир", "гей(?!м|зер)", "геи", "геев", "геям", "лесби", "бисексуал", "гомосексуал", "трансгендер",
    "транссексуал", "сексуал", "гендер", "однопол", "ориентаци", "каминг", "прайд", "радуг", "беженец", "беженк",
    "беженц", "убежищ", "приют", "шелтер", "эвакуац", "эвакуир", "преследован", "пытк", "пыток", "чеч", "ингуш",
    "дагестан", "кавказ", "росси", "побег", "бегств", "бежать", "сбежа", "изгнан", "эмигра", "похищ", "скрыва",
)  # fmt: skip
_REVEALING = re.compile(rf"(?<![^\W_])(?:{'|'.join((*ENGLISH, *RUSSIAN))})", re.IGNORECASE)


def revealing(text: str) -> list[str]:
    """Return what in `text` begins as a revealing word does, lower case, each once, in their order."""
    return list(dict.fromkeys(match.group().lower() for match in _REVEALING.finditer(text)))
