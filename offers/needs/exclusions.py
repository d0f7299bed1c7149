"""What a need must never meet: ids as they are, and words of the owner's own of which only a keyed digest is compared.

A word can be anything forty characters can spell, so none is kept in clear: the digest is what matching reads, and the
words themselves lie under the server key, for those who wrote and who review them. See docs/decisions/0023.
"""

import base64
import hmac
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from kernel import ids
from kernel.vault import kek
from offers.needs.household import same_case

_CONTEXT = "need.exclusions"
_ID = re.compile(rf"(?:{ids.pattern('pl')}|{ids.pattern('org')})\Z")
_DIGEST = "x_"


def token_of(word: str) -> str:
    """Return what is compared: the id of a pledge or an organisation itself, else 128 keyed bits of the word.

    One word is one token for every organisation, whatever its case: `community-a1` of a need meets that of a pledge.
    """
    if _ID.match(word):
        return word
    key = HKDF(hashes.SHA256(), 32, salt=None, info=b"waystation exclusion word").derive(
        base64.b64decode(settings.BLIND_INDEX_KEY)
    )
    return _DIGEST + hmac.digest(key, same_case(word).encode(), "sha256")[:16].hex()


def tokens_of(words: Iterable[str]) -> list[str]:
    """Return the tokens of the words, sorted, each once."""
    return sorted({token_of(word) for word in words})


def seal_words(*, need_id: str, words: Sequence[str]) -> bytes:
    """Return the words under the server key, bound to their need, all padded to a length; b"" if there are none."""
    if not words:
        return b""
    plain = json.dumps(sorted(set(words))).encode()
    return kek.encrypt(plain.ljust(-(-len(plain) // 256) * 256), f"{_CONTEXT}:{need_id}")


def open_words(*, need_id: str, sealed: bytes | memoryview) -> list[str]:
    """Return the words as they were written, sorted. Only the owner organisation and the second person may see them."""
    if not bytes(sealed):
        return []
    words: list[str] = json.loads(kek.decrypt(bytes(sealed), f"{_CONTEXT}:{need_id}"))
    return words


def words_context(need: Any) -> str:
    """Return what a need's words are bound to."""
    return f"{_CONTEXT}:{need.pk}"
