"""Reading the trail back: is the chain whole, is it the one that was signed, and how much is not sealed yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from kernel.audit.canonical import GENESIS
from kernel.audit.faults import Fault
from kernel.audit.keys import trusted_keys
from kernel.audit.models import AuditEntry, AuditUnsealed
from kernel.audit.reading import one_number, stored_statements
from kernel.audit.statements import Statement, read_line
from kernel.audit.triggers import triggers_down
from kernel.audit.walking import Marks, Progress, walk


@dataclass(frozen=True)
class Verdict:
    """What was read: sealed rows up to the first fault, the hash at the end of them, and the unsealed tail.

    `checkpoints` are sound ones in the database, `signed` the position of the last of them or of the kept copy. What
    was sealed after it can be rewritten, and what is not sealed can vanish, unseen. `triggers_down` names
    the triggers that should refuse changes and are not there, or not as they were put up.
    """

    sealed: int
    head: str
    signed: int
    checkpoints: int
    kept: int | None
    unsealed: int
    oldest_unsealed: datetime | None
    triggers_down: list[str]
    fault: Fault | None

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return self.fault is None and not self.triggers_down


def _sound_prefix(keys: Sequence[str]) -> tuple[list[Statement], Fault | None]:
    """Return the stored checkpoints up to the first that is not as it was signed, and what is wrong with that one."""
    sound: list[Statement] = []
    previous = Statement(0, 0, GENESIS, "", "", keys[0])
    for statement, claimed in stored_statements():
        follows = (
            statement.number == previous.number + 1
            and statement.previous == (previous.hash if sound else GENESIS)
            and statement.is_sound(keys)
            and claimed == statement.hash
            and statement.position >= previous.position
            and statement.at >= previous.at
            # after a change of key the former one signs no more: it may be in other hands
            and keys.index(statement.key) >= keys.index(previous.key)
        )
        if not follows:
            return sound, Fault(None, None, "checkpoint_changed", checkpoint=previous.number + 1)
        sound.append(statement)
        previous = statement
    return sound, None


def _kept_statements(lines: Sequence[str], keys: Sequence[str]) -> tuple[list[Statement], Fault | None]:
    """Return the checkpoints of a kept copy up to its first bad line. One line twice is one; gaps are no fault."""
    kept: list[Statement] = []
    for number, line in enumerate(lines, start=1):
        bad = Fault(None, None, "kept_changed", line=number)
        try:
            statement = read_line(line)
        except ValueError:
            return kept, bad
        if kept and statement == kept[-1]:
            continue
        follows = not kept or (
            statement.number > kept[-1].number
            and statement.position >= kept[-1].position
            and (statement.number > kept[-1].number + 1 or statement.previous == kept[-1].hash)
        )
        if not follows or not statement.is_sound(keys):
            return kept, bad
        kept.append(statement)
    return kept, None


def _against_kept(stored: list[Statement], kept: list[Statement]) -> Fault | None:
    here = {statement.number: statement for statement in stored}
    for statement in kept:
        if statement.number not in here:
            return Fault(None, None, "checkpoint_missing", checkpoint=statement.number)
        if here[statement.number] != statement:
            return Fault(None, None, "checkpoint_replaced", checkpoint=statement.number)
    return None


def _by_position(statements: Sequence[Statement]) -> Marks:
    marks: dict[int, list[Statement]] = {}
    for statement in statements:
        marks.setdefault(statement.position, []).append(statement)
    return marks


def _cut(marks: Marks, reached: int) -> Fault | None:
    """Return the fault of a chain that ends before what was signed. A row taken out and chained over looks the same."""
    beyond = [position for position in marks if position > reached]
    if not beyond:
        return None
    since = max((position for position in marks if position <= reached), default=0)
    return Fault(reached + 1, None, "tail_cut", since=since, checkpoint=marks[min(beyond)][0].number)


def _beside_the_chain(reached: int) -> Fault | None:
    """Return what is wrong with rows that the walk does not meet."""
    if one_number("SELECT count(*) FROM audit_auditseal WHERE position <= %s", reached) != reached:
        return Fault(None, None, "seal_extra")
    stray = AuditEntry.objects.filter(seal=None, unsealed=None).order_by("pk").first()
    if stray:
        return Fault(None, stray.pk, "seal_lost")
    gone = one_number(
        "SELECT min(u.entry_id) FROM audit_auditunsealed u "
        "LEFT JOIN audit_auditentry e ON e.id = u.entry_id WHERE e.id IS NULL"
    )
    return None if gone is None else Fault(None, gone, "entry_lost")


def verify_trail(
    *, kept: Sequence[str] | None = None, keys: Sequence[str] | None = None, progress: Progress | None = None
) -> Verdict:
    """Recompute every hash in order, hold it against every signature, and name the first row that differs.

    `kept` are the lines of a copy of the checkpoints that lay elsewhere, `keys` the public keys to trust, in the order
    of their use (the settings' own by default). Holds a batch of rows in memory, and every checkpoint.
    Raises ImproperlyConfigured for a malformed key in the settings.
    """
    keys = list(keys or trusted_keys())
    copies, bad_line = _kept_statements(kept or [], keys)
    # before the walk: a checkpoint taken meanwhile would speak of seals the walk has not seen
    stored, bad_checkpoint = _sound_prefix(keys)
    marks = _by_position([*stored, *copies])
    walked = walk(marks=marks, progress=progress)
    fault = (
        walked.fault
        or _cut(marks, walked.position)
        or bad_checkpoint
        or _against_kept(stored, copies)
        or _beside_the_chain(walked.position)
        or bad_line
    )
    tail = AuditUnsealed.objects.filter(entry__seal=None)
    return Verdict(
        sealed=walked.position,
        head=walked.head,
        signed=max((position for position in marks if position <= walked.position), default=0),
        checkpoints=len(stored),
        kept=None if kept is None else len(copies),
        unsealed=tail.count(),
        oldest_unsealed=tail.aggregate(at=Min("entry__at"))["at"],
        triggers_down=triggers_down(),
        fault=fault,
    )
