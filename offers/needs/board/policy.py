"""The policy in force: the one two people signed."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kernel import audit
from kernel.accounts.models import Member, Role
from kernel.states import Refusal
from offers.kinds import registry
from offers.needs.board.models import PolicySignature
from offers.needs.gate.policy import ReleasePolicy, plain_policy

SIGNERS = (Role.COORDINATOR, Role.APPROVER)


def configured_policy() -> ReleasePolicy:
    """Return the policy as configured, signed or not. Raises PolicyTooWeak.

    Its version is a fingerprint of what it says: another k, delta, life or grouping has to be signed anew.
    """
    groups = {word: str(kind.group) for word, kind in registry.found().items()}
    plain = plain_policy(k=settings.RELEASE_K, kind_group=groups)
    said = [*sorted((key, one.k) for key, one in plain.classes.items()), *sorted(groups.items())]
    words = json.dumps([settings.RELEASE_DELTA, settings.RELEASE_LIFE, said])
    return replace(plain, version=int.from_bytes(hashlib.sha256(words.encode()).digest()[:4], "big") >> 1)


def signed_policy() -> ReleasePolicy | None:
    """Return the policy if two people signed its version, or None: then nothing is released."""
    policy = configured_policy()
    signed = PolicySignature.objects.filter(version=policy.version).exclude(seconded_by="").exists()
    return policy if signed else None


@transaction.atomic
def sign_policy(*, by: Member, at: datetime) -> PolicySignature:
    """Sign the configured policy as first or second person. Raises Refusal `not_a_signer` or `second_person_needed`."""
    if by.role not in SIGNERS or not by.organisation.is_operator:
        raise Refusal("not_a_signer", _("A coordinator or approver of the operator signs the release policy."))
    version, actor = configured_policy().version, by.user.actor
    signature, first = PolicySignature.objects.select_for_update().get_or_create(
        version=version, defaults={"signed_by": actor, "signed_at": at}
    )
    if not first:
        if signature.signed_by == actor:
            raise Refusal("second_person_needed", _("A second person signs: you have signed this policy already."))
        if not signature.seconded_by:
            signature.seconded_by, signature.seconded_at = actor, at
            signature.save(update_fields=["seconded_by", "seconded_at"])
    audit.record(actor, "release_policy.signed", f"policy:{version}")
    return signature
