"""The policy in force, the one proposed, and the two people who sign."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kernel import audit
from kernel.accounts.models import Member
from kernel.accounts.rules import may
from kernel.places import MACRO_ZONES
from kernel.states import Refusal
from offers.kinds import registry
from offers.needs.board.facts import COLUMNS, facts_of, may_publish
from offers.needs.board.models import BoardSwitch, Cohort, PolicySignature, Release
from offers.needs.gate.drawing import HALF_YEAR_SLOTS, draw
from offers.needs.gate.policy import ReleasePolicy, policy_saying
from offers.needs.models import Need

PROPOSAL_LASTS = timedelta(days=14)  # then its totals are stale, and it is drawn anew


def configured_policy() -> ReleasePolicy:
    """Return the figures as configured, over the groups of kinds alone. Raises PolicyTooWeak."""
    groups = {word: str(kind.group) for word, kind in registry.found().items()}
    return ReleasePolicy(
        k=settings.RELEASE_K,
        delta=settings.RELEASE_DELTA,
        life=settings.RELEASE_LIFE,
        kind_group=groups,
        zones=MACRO_ZONES,
    )


def drawn_policy(at: datetime) -> ReleasePolicy:
    """Return what the totals of the last half-year give, under the configured figures."""
    since = at - timedelta(weeks=HALF_YEAR_SLOTS)
    opened = Need.objects.filter(opened_at__gt=since, opened_at__lte=at)
    asked = (
        (bytes(household), facts_of(*words))
        for household, consent, *words in opened.values_list("household", "consent", *COLUMNS).iterator()
        if may_publish(consent)
    )
    return draw(configured_policy(), asked)


def fits(signature: PolicySignature) -> bool:
    """Return whether a policy says what is configured now, apart from where its lines run."""
    plain, says = configured_policy().says(), signature.says
    return all(says[name] == plain[name] for name in plain if name != "splits")


def signed_policy() -> ReleasePolicy | None:
    """Return the newest policy that two people signed and that fits, or None: then nothing is released."""
    signature = PolicySignature.objects.signed().order_by("-version").first()
    return as_policy(signature) if signature and fits(signature) else None


def as_policy(signature: PolicySignature) -> ReleasePolicy:
    """Return the policy that was signed."""
    return policy_saying(signature.says, version=signature.version)


def proposed(at: datetime) -> PolicySignature | None:
    """Return the policy that one person signed and that waits for the second, if there is one."""
    waiting = PolicySignature.objects.filter(seconded_by="", signed_at__gt=at - PROPOSAL_LASTS)
    signature = waiting.order_by("-version").first()
    return signature if signature and fits(signature) else None


@transaction.atomic
def sign_policy(*, by: Member, at: datetime) -> PolicySignature:
    """Sign the proposed policy as second person, or draw one and sign it as the first.

    What the second person signs is what the first one signed, whatever was asked since. Raises Refusal `not_a_signer`,
    or `second_person_needed` to the first person.
    """
    if not may(by, "offers.tend_board"):
        raise Refusal("not_a_signer", _("A coordinator or approver of the operator signs the release policy."))
    BoardSwitch.objects.select_for_update().get_or_create(pk=1)  # two who sign at once do not both propose
    signature, actor = _proposal(at), by.user.actor
    if signature.seconded_by:  # what would be drawn now is signed already
        return signature
    if signature.pk is None:
        signature.signed_by, signature.signed_at = actor, at
    elif signature.signed_by == actor:
        raise Refusal("second_person_needed", _("A second person signs: you have signed this policy already."))
    else:
        signature.seconded_by, signature.seconded_at = actor, at
    signature.save()
    audit.record(
        actor, "release_policy.signed", f"policy:{signature.version}", reason=f"sha256:{signature.fingerprint}"
    )
    return signature


def _proposal(at: datetime) -> PolicySignature:
    """Return the policy to sign now: the one that waits, the last if it would be drawn again, or a new one."""
    if (waiting := proposed(at)) is not None:
        return waiting
    drawn = drawn_policy(at)
    signed = PolicySignature.objects.signed().order_by("-version").first()
    if signed and signed.fingerprint == drawn.fingerprint:
        return signed
    last = PolicySignature.objects.order_by("-version").first()
    return PolicySignature(version=last.version + 1 if last else 1, fingerprint=drawn.fingerprint, says=drawn.says())


def policy_at(slot: int) -> tuple[ReleasePolicy | None, str]:
    """Return the policy that decides `slot`, changing to the one signed last if it may; else None and why, as a code.

    Lines between classes change only after an empty release, so that nobody sees a household leave one class and
    enter another. Until then nothing new appears: `policy_changing`. Figures alone change at once.
    """
    signed = PolicySignature.objects.signed()
    current = signed.exclude(since_slot=None).order_by("-version").first()
    newest = signed.order_by("-version").first()
    if newest is None or not fits(newest):
        return None, "policy_not_signed"
    if newest != current:
        lines_stay = current is not None and as_policy(current).partition() == as_policy(newest).partition()
        if not lines_stay and not _last_release_was_empty():
            return None, "policy_changing"
        newest.since_slot = slot
        newest.save(update_fields=["since_slot"])
        audit.record("system", "release_policy.in_force", f"policy:{newest.version}", reason=f"slot:{slot}")
    return as_policy(newest), ""


def _last_release_was_empty() -> bool:
    last = Release.objects.order_by("-slot").first()
    return last is None or not Cohort.objects.filter(from_slot__lte=last.slot, until_slot__gt=last.slot).exists()
