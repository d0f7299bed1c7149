"""Passphrases that can be read out, written down and typed: six words of five letters, 96 random bits.

Each word is sixteen bits, spelled consonant-vowel-consonant-vowel-consonant, so no word list has to be shipped,
translated or trusted. The spelling is that of Daniel S. Wilkerson's proquints (arXiv:0901.4016).
"""

import secrets

CONSONANTS = "bdfghjklmnprstvz"  # four bits each
VOWELS = "aiou"  # two bits each
WORDS = 6


def _word(bits: int) -> str:
    """Return the word for sixteen bits, highest first."""
    return (
        CONSONANTS[bits >> 12 & 15]
        + VOWELS[bits >> 10 & 3]
        + CONSONANTS[bits >> 6 & 15]
        + VOWELS[bits >> 4 & 3]
        + CONSONANTS[bits & 15]
    )


def new_passphrase() -> str:
    """Return six random words with spaces between them."""
    return " ".join(_word(secrets.randbits(16)) for _ in range(WORDS))


def normal(typed: str) -> str:
    """Return a passphrase as it was made, however it was typed: capitals, hyphens, line breaks do not matter."""
    return " ".join(typed.casefold().replace("-", " ").split())
