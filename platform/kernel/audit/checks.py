"""What `check --deploy` says about the trail."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Doubt
from django.core.exceptions import ImproperlyConfigured

from kernel.audit.keys import trusted_keys


@register(Tags.security, deploy=True)
def checkpoints_are_signed_and_leave(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """The keys are keys, and a copy of every checkpoint goes somewhere."""
    found: list[CheckMessage] = []
    try:
        trusted_keys()
    except ImproperlyConfigured as error:
        found.append(Error(str(error), id="audit.E001"))
    if not (settings.AUDIT_CHECKPOINT_FILE or settings.AUDIT_CHECKPOINT_MAIL):
        found.append(
            Doubt(
                "No copy of the audit trail's checkpoints leaves this machine: whoever owns the database can bring an "
                "old copy of it back unseen.",
                hint="Set AUDIT_CHECKPOINT_MAIL, or AUDIT_CHECKPOINT_FILE to a path that is carried away.",
                id="audit.W001",
            )
        )
    return found
