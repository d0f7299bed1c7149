"""Answering a dispute, or conceding it. Stripe is called between two transactions, never inside one."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from donations.disputes.deeds import apply_dispute
from donations.disputes.models import Answer, AnswerState, Dispute, DisputeStatus, Statement
from donations.gateway import GatewayError, PaymentGateway, gateway
from kernel import audit
from kernel.ids import new_id
from kernel.states import Refusal

# what the bank reads: English, closed words, nothing about what the gift was for or who gave it
_WORDS = {
    Statement.WILLING: (
        "This payment is a donation of {amount}, made on {day} on our website. The donor chose the amount and "
        "confirmed the payment on Stripe's page. Nothing was to be delivered in return."
    ),
    Statement.REFUNDED: "This donation of {amount}, made on {day}, was refunded in full or in part before the dispute.",
    Statement.ONCE: (
        "The donor made more than one donation. This one, of {amount}, was made on {day} on our website and confirmed "
        "on Stripe's page; it is no repetition of another."
    ),
}


def answer_dispute(
    dispute: Dispute, *, statement: str, by: str, at: datetime, via: PaymentGateway | None = None
) -> Answer:
    """Send our answer to the bank; it takes one. Call it outside a transaction.

    `statement` is a value of Statement. Raises Refusal `unknown_statement`, `evidence_too_late`, `evidence_not_sent`
    (fact `retry`: whether the same again can help).
    """
    if statement not in Statement.values:
        raise Refusal("unknown_statement", _("Choose one of the statements."), "statement")
    answer = _begin(dispute, statement, by=by, at=at)
    try:
        facts = (via or gateway()).answer_dispute(
            dispute.stripe_dispute,
            evidence={"product_description": "Donation", "uncategorized_text": _said(dispute, Statement(statement))},
            submit=True,
            idempotency_key=answer.idempotency_key,
        )
    except GatewayError as error:
        if not error.retry:  # else Stripe may have it all the same: pressed again, it goes out under the same key
            Answer.objects.filter(pk=answer.pk).update(state=AnswerState.FAILED, failure=(error.code or "refused")[:40])
        raise Refusal(
            "evidence_not_sent",
            _("Stripe did not take the answer. Look at the dispute there, or try again in a few minutes."),
            retry=error.retry,
        ) from error
    with transaction.atomic():
        apply_dispute(facts, at=at)
        Answer.objects.filter(pk=answer.pk).update(state=AnswerState.SENT)
    answer.refresh_from_db()
    return answer


def accept_dispute(dispute: Dispute, *, by: str, at: datetime, via: PaymentGateway | None = None) -> Dispute:
    """Concede: what the bank has stays with it. Call it outside a transaction.

    Raises Refusal `illegal_transition` for one that is decided, `evidence_not_sent`.
    """
    _check_open(dispute)
    audit.record(by, "dispute.accept", dispute.pk, at=at)
    try:
        facts = (via or gateway()).accept_dispute(dispute.stripe_dispute, idempotency_key=f"accept-{dispute.pk}")
    except GatewayError as error:
        raise Refusal(
            "evidence_not_sent", _("Stripe did not take this. Look at the dispute there."), retry=error.retry
        ) from error
    return apply_dispute(facts, at=at) or dispute


@transaction.atomic
def _begin(dispute: Dispute, statement: str, *, by: str, at: datetime) -> Answer:
    """Write what is about to be said. One that was perhaps sent is taken up again, with its own key."""
    held = Dispute.objects.select_for_update().get(pk=dispute.pk)
    _check_open(held)
    begun = held.answers.filter(state=AnswerState.SENDING, statement=statement).first()
    if begun:
        return begun
    if held.submissions or not held.evidence_due or held.evidence_due <= at:
        raise Refusal("evidence_too_late", _("The bank takes one answer, in time: this dispute takes none any more."))
    audit.record(by, "dispute.answer", held.pk, reason=statement, at=at)
    return Answer.objects.create(dispute=held, statement=statement, idempotency_key=new_id("ik"), by=by, at=at)


def _check_open(dispute: Dispute) -> None:
    if dispute.status != DisputeStatus.OPEN:
        raise Refusal(
            "illegal_transition",
            _("This dispute is decided: nothing can be said to it."),
            state=dispute.status,
            legal=[],
        )


def _said(dispute: Dispute, statement: Statement) -> str:
    donation = dispute.donation
    day = (donation.paid_at or donation.created_at).date().isoformat()
    return _WORDS[statement].format(amount=donation.total, day=day)
