"""From a pinned beginning to who holds which key today: pure functions over links.

Nothing in the database is believed but what follows from the pins by signatures of two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kernel.vault.chain.bodies import Holder, JoiningBody, KeyBody, decoded, fingerprint, head_after
from kernel.vault.chain.signing import signed

SIGNERS = 2
FIRST_VERSION = 1
GROUPS = ("A", "B")


class BrokenChain(Exception):
    """The links do not follow from the pins: someone changed the database, or a pin is missing."""


@dataclass(frozen=True)
class Link:
    """A link as it lies in the database: what it says, and who signed it (id to signature)."""

    body: bytes
    signatures: Mapping[str, bytes]


@dataclass(frozen=True)
class GroupState:
    """One group's live key, and who holds it."""

    key: KeyBody
    fingerprint: str
    holders: Mapping[str, Holder]


@dataclass(frozen=True)
class Trusted:
    """What follows from the chain. `ever` names everyone who ever held a key of a group, or is its trustee."""

    groups: Mapping[str, GroupState]
    ever: Mapping[str, frozenset[str]]
    head: bytes

    def signers(self) -> dict[str, bytes]:
        """Return whose signature counts: the holders of both groups and the trustees of each, by id."""
        keys = {holder.id: holder.sign for state in self.groups.values() for holder in state.holders.values()}
        return keys | {
            trustees_of(group): state.key.recovery for group, state in self.groups.items() if state.key.recovery
        }


NOTHING = Trusted({}, {group: frozenset() for group in GROUPS}, b"")


def trustees_of(group: str) -> str:
    """Return the id under which the trustees of a group sign."""
    return f"recovery:{group}"


def replay(owner: str, links: Iterable[Link], pins: frozenset[str]) -> Trusted:
    """Return what an owner's links lead to. Without pins the first key of each group is believed.

    Raises BrokenChain if a link does not follow from those before it.
    """
    trusted = NOTHING
    for link in links:
        trusted = follow(owner, trusted, link, pins)
    return trusted


def follow(owner: str, trusted: Trusted, link: Link, pins: frozenset[str]) -> Trusted:
    """Return what is true once `link` has followed. Raises BrokenChain if it may not."""
    try:
        said = decoded(link.body)
    except ValueError as error:
        raise BrokenChain from error
    if said.owner != owner or said.group not in GROUPS:
        raise BrokenChain
    after = _with_key if isinstance(said, KeyBody) else _with_holder
    return replace(after(trusted, said, link, pins), head=head_after(trusted.head, link.body))  # type: ignore[arg-type]


def _with_key(trusted: Trusted, said: KeyBody, link: Link, pins: frozenset[str]) -> Trusted:
    if said.after != trusted.head:
        raise BrokenChain
    name, before = fingerprint(link.body), trusted.groups.get(said.group)
    pinned = name in pins or (not pins and before is None and said.version == FIRST_VERSION)
    if not pinned:
        if before is None:
            return trusted  # older than what is pinned: believed by nobody, needed by nobody
        _follows(trusted, before, said, link)
    others = trusted.ever[_other(said.group)]
    named = {holder.id for holder in said.holders} | set(said.recipients)
    if others & named:
        raise BrokenChain  # nobody holds keys of both groups, nor did so before
    state = GroupState(said, name, {holder.id: holder for holder in said.holders})
    return _grown(trusted, said.group, state, named)


def _follows(trusted: Trusted, before: GroupState, said: KeyBody, link: Link) -> None:
    """A new key comes from two who stay, and only takes people away: they are added by joining."""
    if said.version != before.key.version + 1 or not said.holders:
        raise BrokenChain
    if any(before.holders.get(holder.id) != holder for holder in said.holders):
        raise BrokenChain
    staying = {holder.id for holder in said.holders}
    gone = set(before.holders) - staying
    _two_signed(trusted, link, but=gone)


def _with_holder(trusted: Trusted, said: JoiningBody, link: Link, _pins: frozenset[str]) -> Trusted:
    state = trusted.groups.get(said.group)
    if state is None:
        return trusted
    if said.key != state.fingerprint or said.holder.id in trusted.ever[_other(said.group)]:
        raise BrokenChain
    _two_signed(trusted, link, but={said.holder.id})
    grown = replace(state, holders={**state.holders, said.holder.id: said.holder})
    return _grown(trusted, said.group, grown, {said.holder.id})


def _two_signed(trusted: Trusted, link: Link, *, but: set[str]) -> None:
    if len(valid_signers(trusted, link, but=but)) < SIGNERS:
        raise BrokenChain


def valid_signers(trusted: Trusted, link: Link, *, but: set[str]) -> set[str]:
    """Return the ids of those who have signed a link and whose word counts; `but` names whose does not."""
    return {
        signer
        for signer, key in trusted.signers().items()
        if signer not in but and signer in link.signatures and signed(link.body, link.signatures[signer], key)
    }


def _other(group: str) -> str:
    return "B" if group == "A" else "A"


def _grown(trusted: Trusted, group: str, state: GroupState, named: set[str]) -> Trusted:
    return replace(
        trusted,
        groups={**trusted.groups, group: state},
        ever={**trusted.ever, group: trusted.ever[group] | named},
    )
