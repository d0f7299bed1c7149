"""What a refusal says on a page."""

from django.utils.translation import gettext as _

from kernel.states import IllegalMove, Refusal


def in_words(refusal: Refusal) -> str:
    """Return a refusal's sentence in the language of the page; of an illegal move, what to do instead of its codes."""
    if isinstance(refusal, IllegalMove):
        return _("This has moved on in the meantime, and that is no longer possible. Look at the page again.")
    return _(refusal.sentence) if refusal.sentence else ""
