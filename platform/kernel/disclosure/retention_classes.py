"""How long the keys of members are kept."""

from kernel.disclosure.disclosing.rows import DisclosureBox
from kernel.disclosure.unlocking.rows import Unlock
from kernel.retention import Kept, Passing, Rows, keep, let_go

let_go(
    Passing(
        "keys.unlocked",
        what="unlocked keys, which end after a quarter of an hour and are cleared every minute",
        days=0,
        shortest=0,
        remains="nothing",
        source=Rows(lambda before: Unlock.objects.filter(expires_at__lt=before), "expires_at"),
        tables=("disclosure_unlock",),
    ),
    Passing(
        "disclosures.halves",
        what="halves of data keys on their way to the one who asked, gone once they were read or in a quarter hour",
        days=0,
        shortest=0,
        remains="nothing",
        source=Rows(lambda before: DisclosureBox.objects.filter(expires_at__lt=before), "expires_at"),
        tables=("disclosure_disclosurebox",),
    ),
)

keep(
    Kept(
        "disclosures",
        what="who asked for which id for what purpose, who gave it, whether it was read",
        why="who saw a contact must stay known, also when the contact is gone",
        tables=("disclosure_disclosure", "disclosure_disclosuremove"),
    ),
    Kept(
        "keys",
        what="keys of members under their passphrase, their seats at group keys, and how often a passphrase was wrong",
        why="without them nothing opens; a seat goes when its member leaves",
        tables=("disclosure_memberkey", "disclosure_groupkeyseat", "disclosure_unlocktries"),
    ),
    Kept(
        "keys.recovery",
        what="age recipients of trustees, and copies of group keys that only they can open",
        why="without them nobody brings a group back; a copy goes once nothing is sealed to its key",
        tables=("disclosure_trustee", "disclosure_recoverycopy"),
    ),
    Kept(
        "keys.chain",
        what="which key followed which, who held it, and who signed",
        why="a key is trusted only if every change since the first was signed by two",
        tables=("vault_chainlink", "vault_chainsignature"),
    ),
)
