"""Where Stripe knocks: verify, keep the id, answer. Nothing is stored of what does not verify."""

import json
import logging

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from donations.gateway import NoSecretError, WebhookRefusedError, gateway
from donations.webhooks.inbox import receive
from kernel.logs import Told

logger = logging.getLogger(__name__)

_KEPT = {new: json.dumps({"received": True, "new": new}) for new in (True, False)}


@csrf_exempt
@require_POST
def stripe_webhook(request: HttpRequest) -> HttpResponse:
    """Answer 200 once the event's id is kept, 400 to what does not verify, 503 while no secret is configured."""
    if not settings.STRIPE_WEBHOOK_SECRETS:
        return _refused(NoSecretError.code, 503)
    at = timezone.now()
    try:
        event = gateway().verify(request.body, request.headers.get("Stripe-Signature", ""), at)
    except NoSecretError as refused:
        return _refused(refused.code, 503)
    except WebhookRefusedError as refused:
        return _refused(refused.code, 400)
    except RequestDataTooBig:
        return _refused("too_large", 400)
    return HttpResponse(_KEPT[receive(event, at=at)], content_type="application/json")


def _refused(code: str, status: int) -> HttpResponse:
    logger.warning("a webhook delivery was refused: %s", Told(code))
    return JsonResponse({"received": False, "code": code}, status=status)
