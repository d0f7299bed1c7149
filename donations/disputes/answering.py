"""Answering a dispute, or conceding it. Stripe is called between two transactions, never inside one."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from donations.disputes.deeds import apply_dispute
from donations.disputes.evidence import Paper
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
    dispute: Dispute,
    *,
    statement: str,
    by: str,
    at: datetime,
    paper: Paper | None = None,
    via: PaymentGateway | None = None,
) -> Answer:
    """Send our answer to the bank, with a paper if there is one; it takes one. Call it outside a transaction.

    `statement` is a value of Statement. Raises Refusal `unknown_statement`, `evidence_too_late`, `evidence_not_sent`
    (fact `retry`: whether the same again can help).
    """
    if statement not in Statement.values:
        raise Refusal("unknown_statement", _("Choose one of the statements."), "statement")
    desk = via or gateway()
    _check_answerable(dispute, at)
    answer = _begin(dispute, statement, file=_handed_over(desk, paper), by=by, at=at)
    try:
        facts = desk.answer_dispute(
            dispute.stripe_dispute,
            evidence=_evidence(dispute, answer),
            submit=True,
            idempotency_key=answer.idempotency_key,
        )
    except GatewayError as error:
        if not error.retry:  # else Stripe may have it all the same: pressed again, it goes out under the same key
            Answer.objects.filter(pk=answer.pk).update(state=AnswerState.FAILED, failure=(error.code or "refused")[:40])
        raise _not_sent(error) from error
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


def _handed_over(desk: PaymentGateway, paper: Paper | None) -> str:
    """Return Stripe's id of the paper, "" if there is none. An answer begins after it: none names what is not there."""
    if paper is None:
        return ""
    try:
        return desk.upload_evidence(paper.content, ending=paper.ending)
    except GatewayError as error:
        raise _not_sent(error) from error


def _not_sent(error: GatewayError) -> Refusal:
    sentence = _("Stripe did not take the answer. Look at the dispute there, or try again in a few minutes.")
    return Refusal("evidence_not_sent", sentence, retry=error.retry)


def _evidence(dispute: Dispute, answer: Answer) -> dict[str, str]:
    words = {"product_description": "Donation", "uncategorized_text": _said(dispute, Statement(answer.statement))}
    return words | ({"uncategorized_file": answer.stripe_file} if answer.stripe_file else {})


def _check_answerable(dispute: Dispute, at: datetime) -> None:
    """Raise Refusal unless the bank takes an answer: one that was perhaps sent may go out again."""
    _check_open(dispute)
    if not dispute.answers.filter(state=AnswerState.SENDING).exists():
        _check_in_time(dispute, at)


def _check_in_time(dispute: Dispute, at: datetime) -> None:
    if dispute.submissions or not dispute.evidence_due or dispute.evidence_due <= at:
        raise Refusal("evidence_too_late", _("The bank takes one answer, in time: this dispute takes none any more."))


@transaction.atomic
def _begin(dispute: Dispute, statement: str, *, file: str, by: str, at: datetime) -> Answer:
    """Write what is about to be said. One that was perhaps sent is taken up again, with its own key."""
    held = Dispute.objects.select_for_update().get(pk=dispute.pk)
    _check_open(held)
    begun = held.answers.filter(state=AnswerState.SENDING, statement=statement).first()
    if begun:
        return begun
    _check_in_time(held, at)
    audit.record(by, "dispute.answer", held.pk, reason=statement, at=at, fields=["file"] if file else [])
    return Answer.objects.create(
        dispute=held, statement=statement, stripe_file=file, idempotency_key=new_id("ik"), by=by, at=at
    )


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
