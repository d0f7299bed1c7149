"""Answers to a bank: what Stripe may have taken goes out again under its own key, what it refused does not."""

import pytest
from django.utils import timezone

from donations.disputes.answering import answer_dispute
from donations.disputes.deeds import apply_dispute
from donations.gateway import RequestRefusedError, UnreachableError
from donations.models import Answer
from kernel.states import Refusal
from tests.factories.donations import disputed, make_paid

pytestmark = pytest.mark.django_db


class Stripe:
    """It fails in these ways, one after the other, then takes the answer."""

    def __init__(self, facts, *failures):
        self.facts, self.failures, self.keys = facts, list(failures), []

    def answer_dispute(self, _dispute_id, *, idempotency_key, **_words):
        self.keys.append(idempotency_key)
        if self.failures:
            raise self.failures.pop(0)
        return self.facts


def answered(dispute, via):
    return answer_dispute(dispute, statement="willing", by="user:1", at=timezone.now(), via=via)


@pytest.mark.parametrize(("failure", "keys", "left"), [
    (UnreachableError("no answer"), 1, ["sent"]),
    (RequestRefusedError("no"), 2, ["failed", "sent"]),
])  # fmt: skip
def test_it_is_sent_again_as_it_was_only_where_stripe_may_have_it(failure, keys, left):
    donation = make_paid()
    facts = disputed(donation)
    dispute = apply_dispute(facts, at=timezone.now())
    taken = disputed(donation, ref=facts.id, entries=facts.entries, status="under_review", submissions=1)
    stripe = Stripe(taken, failure)
    with pytest.raises(Refusal) as refused:
        answered(dispute, stripe)
    assert refused.value.code == "evidence_not_sent"
    assert answered(dispute, stripe).state == "sent"
    assert len(set(stripe.keys)) == keys
    assert list(Answer.objects.values_list("state", flat=True)) == left
