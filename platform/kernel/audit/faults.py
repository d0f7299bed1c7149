"""What can be wrong with a trail, and the sentence for it."""

from dataclasses import dataclass

SENTENCES = {
    "seal_missing": "the seal that belongs here is missing",
    "seal_extra": "there are more seals than places in the chain",
    "seal_changed": "the seal itself was changed",
    "seal_lost": "the entry has no seal and does not wait for one",
    "chain_broken": "it does not follow from the seal before it",
    "entry_missing": "the entry that was sealed here is missing",
    "entry_changed": "the entry is not what was sealed",
    "entry_lost": "an entry that waited for its seal is missing",
    "rewritten": "the chain is not the one that was signed: it was rewritten after the last seal that agrees",
    "tail_cut": "the chain ends before what was signed",
    "checkpoint_changed": "this checkpoint is not what was signed, or not the one that follows",
    "checkpoint_missing": "the kept copy holds this checkpoint and the database does not: an old copy was brought back",
    "checkpoint_replaced": "the kept copy holds another checkpoint of this number: an old copy was used",
    "kept_changed": "this line of the kept copy is no checkpoint signed by a known key, or out of order",
}


@dataclass(frozen=True)
class Fault:
    """The first row that is not as it was written; what does not apply is None.

    `position` counts seals, `entry` is an entry's id, `checkpoint` a checkpoint's number, `line` one of the kept copy.
    With `rewritten` and `tail_cut`, every seal up to `since` is as signed, and one of those after it, up to `position`,
    is not.
    """

    position: int | None
    entry: int | None
    code: str
    since: int | None = None
    checkpoint: int | None = None
    line: int | None = None

    @property
    def sentence(self) -> str:
        """Where it is and what is wrong there."""
        places = {"seal": self.position, "entry": self.entry, "checkpoint": self.checkpoint, "line": self.line}
        where = ", ".join(f"{name} {value}" for name, value in places.items() if value is not None)
        if self.since is not None:
            where = f"after seal {self.since}, up to {where}"
        return f"{where or 'somewhere'}: {SENTENCES[self.code]}"
