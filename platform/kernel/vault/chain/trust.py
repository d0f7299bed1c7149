"""The chain as it lies in the database: who is trusted now, whether a key is, and how a link is put on."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.utils.translation import gettext as _

from kernel.states import Refusal
from kernel.vault.chain.bodies import JoiningBody, KeyBody
from kernel.vault.chain.replay import GROUPS, BrokenChain, Link, Trusted, follow, replay
from kernel.vault.chain.signing import sign

if TYPE_CHECKING:
    from kernel.vault.chain.rows import ChainLink
    from kernel.vault.models import GroupKey

KNOWN_AT_MOST = 500
_known: dict[tuple[str, int, bytes, frozenset[str]], Trusted] = {}


def _pins() -> frozenset[str]:
    return frozenset(settings.VAULT_PINS)


def as_link(row: "ChainLink") -> Link:
    """Return a row as what is verified: one query for its signatures unless they were prefetched."""
    return Link(bytes(row.body), {one.signer: bytes(one.signature) for one in row.signatures.all()})


def trusted_of(owner: str) -> Trusted:
    """Return what an owner's chain leads to: one query while nothing changes, for what was verified is remembered.

    Raises BrokenChain.
    """
    from kernel.vault.chain.rows import ChainLink

    links = ChainLink.objects.filter(owner=owner, number__isnull=False)
    last = links.order_by("-number").values_list("number", "body").first()
    end = (owner, 0, b"") if last is None else (owner, last[0] or 0, hashlib.sha256(bytes(last[1])).digest())
    known = _known.get((*end, _pins()))
    if known is None:
        known = replay(owner, map(as_link, links.order_by("number").prefetch_related("signatures")), _pins())
        if len(_known) >= KNOWN_AT_MOST:
            _known.clear()
        _known[(*end, _pins())] = known
    return known


def check(owner: str, keys: "dict[str, GroupKey]") -> Trusted:
    """Return what is trusted. Raises Refusal `key_not_pinned` unless both `keys` (by letter) are what it names."""
    try:
        trusted = trusted_of(owner)
    except BrokenChain:
        trusted = None
    if trusted is None or not names(trusted, keys):
        raise Refusal(
            "key_not_pinned",
            _("Contact details cannot be taken in: a key here is not one this installation was told to trust."),
        )
    return trusted


def names(trusted: Trusted, keys: "dict[str, GroupKey]") -> bool:
    """Return whether both `keys`, by letter, are the ones the chain says are live."""
    return set(keys) == set(GROUPS) and all(_is_live(trusted, key) for key in keys.values())


def _is_live(trusted: Trusted, key: "GroupKey") -> bool:
    state = trusted.groups.get(key.group)
    return state is not None and (state.key.owner, state.key.version, state.key.public_key) == (
        key.owner,
        key.version,
        bytes(key.public_key),
    )


def propose(key: "GroupKey", said: KeyBody | JoiningBody, *, at: datetime) -> "ChainLink":
    """Write a link that waits for its signatures."""
    from kernel.vault.chain.rows import ChainLink

    holder = said.holder.id if isinstance(said, JoiningBody) else ""
    return ChainLink.objects.create(owner=said.owner, body=said.encoded(), group_key=key, holder=holder, created_at=at)


def add_signature(link: "ChainLink", signer: str, key: Ed25519PrivateKey, *, at: datetime) -> None:
    """Put a signature under a link, in the caller's transaction; a second of the same signer changes nothing."""
    from kernel.vault.chain.rows import ChainSignature

    signature = sign(bytes(link.body), key)
    ChainSignature.objects.get_or_create(link=link, signer=signer, defaults={"signature": signature, "created_at": at})


def put_on(link: "ChainLink") -> Trusted:
    """Make a link the last of its owner's chain, in a transaction that holds the owner's lock; return what follows.

    Raises BrokenChain if it does not follow from those before it.
    """
    from kernel.vault.chain.rows import ChainLink

    trusted = follow(link.owner, trusted_of(link.owner), as_link(link), _pins())
    last = ChainLink.objects.filter(owner=link.owner).order_by("-number").exclude(number=None).first()
    link.number = 1 if last is None or last.number is None else last.number + 1
    link.save(update_fields=["number"])
    return trusted


def begin(key: "GroupKey", said: KeyBody, *, at: datetime) -> "ChainLink":
    """Put on the first key of a group. It needs no signature: a pin stands for it."""
    from kernel.vault.chain.rows import ChainLink

    number = ChainLink.objects.filter(owner=said.owner, number__isnull=False).count() + 1
    return ChainLink.objects.create(owner=said.owner, number=number, body=said.encoded(), group_key=key, created_at=at)
