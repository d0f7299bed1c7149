"""Checkpoints of the audit trail, on time, and their copies off this machine: to a file and by mail."""

import logging
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kernel.audit.checkpoints import checkpoint_is_due, statement_of, take_checkpoint
from kernel.audit.exporting import export_checkpoints
from kernel.audit.models import AuditCheckpoint
from kernel.logs import Told
from kernel.outbox.mail import send
from kernel.outbox.queue import enqueue
from kernel.outbox.registry import handles
from kernel.states import Refusal

MAIL = "audit.checkpoint_mail"
logger = logging.getLogger(__name__)


def _promise_mails(checkpoint: AuditCheckpoint) -> None:
    """A mail to each address of the settings; the row names its place in the list, since addresses stay out of rows."""
    for place in range(len(settings.AUDIT_CHECKPOINT_MAIL)):
        enqueue(MAIL, f"{checkpoint.number}.{place}")


def checkpoint_now(at: datetime | None = None) -> AuditCheckpoint:
    """Take a checkpoint, promise its mails, and bring the file up to date.

    Raises what `take_checkpoint` and `export_checkpoints` raise; a checkpoint that could not be copied is stored.
    """
    checkpoint = take_checkpoint(at=at, also=_promise_mails)
    export_checkpoints()
    return checkpoint


def keep_checkpoints() -> None:
    """Take a checkpoint when one is due, and make up for lines that could not be written earlier."""
    try:
        if checkpoint_is_due(timezone.now()):
            checkpoint_now()
        else:
            export_checkpoints()
    except Refusal as refused:
        # its sentence holds counters and a path, and somebody has to see it
        logger.critical("audit checkpoint refused: %s: %s", Told(refused.code), Told(str(refused.sentence)))


@handles(MAIL)
def mail_checkpoint(object_id: str) -> None:
    """Send one checkpoint to one address. An address that has left the settings meanwhile gets nothing."""
    number, _dot, place = object_id.partition(".")
    addresses = settings.AUDIT_CHECKPOINT_MAIL
    if int(place) >= len(addresses):
        return
    checkpoint = AuditCheckpoint.objects.get(number=int(number))
    send(
        to=addresses[int(place)],
        subject=_("Checkpoint %(number)s") % {"number": checkpoint.number},
        template="outbox/mail_checkpoint.txt",
        context={"line": statement_of(checkpoint).line()},
        language=settings.LANGUAGE_CODE,
    )
