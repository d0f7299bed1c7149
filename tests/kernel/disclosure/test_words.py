"""Passphrases: 96 random bits that a person can say and type."""

import re

from kernel.disclosure.words import CONSONANTS, VOWELS, _word, new_passphrase, normal


def test_it_is_six_words_that_can_be_said() -> None:
    word = f"[{CONSONANTS}][{VOWELS}][{CONSONANTS}][{VOWELS}][{CONSONANTS}]"
    assert re.fullmatch(f"{word}( {word}){{5}}", new_passphrase())


def test_it_loses_no_bit() -> None:
    assert len({_word(bits) for bits in range(2**16)}) == 2**16


def test_it_spells_as_the_paper_does() -> None:
    # the paper's first example: 127.0.0.1 is lusab-babad
    assert (_word(0x7F00), _word(0x0001)) == ("lusab", "babad")


def test_no_two_are_alike() -> None:
    assert len({new_passphrase() for _ in range(1000)}) == 1000


def test_it_does_not_matter_how_it_was_typed() -> None:
    assert normal("  LUSAB-babad\n lusab\tbabad ") == "lusab babad lusab babad"
