"""What changed between a plan and its being applied: a code for programs, a sentence for people."""

from offers.matching.rules import RULES


def _(text: str) -> str:
    """Mark a sentence for translation; who shows it to a person translates it."""
    return text


SENTENCES: dict[str, str] = {
    "need_changed": _("The need was changed after the plan was made."),
    "need_not_open": _("The need is no longer open: it was placed elsewhere, or taken back."),
    "pledge_changed": _("The offer was changed after the plan was made, and no longer fits."),
    "frozen": _("A safety report came in: everything of this provider stands still."),
    "capacity_taken": _("The units were taken by somebody else."),
    "bundle_changed": _("Its linked needs would no longer be met together, in one area."),
    "proposal_answered": _("Its proposal was answered after the plan was made, and stays as it is."),
    "linked_lost": _("A need that is linked with it could not be proposed, so it was not either."),
    **{rule.code: rule.sentence for rule in RULES},
}
_UNKNOWN = _("It could no longer be proposed.")


def sentence_of(code: str) -> str:
    """Return the sentence for what a pair was lost to, in English."""
    return SENTENCES.get(code, _UNKNOWN)
