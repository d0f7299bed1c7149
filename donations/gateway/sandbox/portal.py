"""The billing portal: sessions for one customer, whose page stands at an address of its own for an hour."""

from urllib.parse import urlsplit

from donations.gateway.sandbox import events, subscriptions
from donations.gateway.sandbox.call import Call
from donations.gateway.sandbox.errors import ApiError, invalid, missing_parameter, no_such
from donations.gateway.sandbox.ids import new_id
from donations.gateway.sandbox.store import Json, Tx

KIND, CONFIGURATION = "billing_portal.session", "billing_portal.configuration"
LASTS = 60 * 60
_FLOWS = ("payment_method_update", "subscription_cancel")


def create(call: Call) -> Json:
    """Answer POST /v1/billing_portal/sessions."""
    params, tx = call.params, call.tx
    if "customer" not in params:
        raise missing_parameter("customer")
    if tx.get("customer", params["customer"]) is None:
        raise no_such("customer", params["customer"], "customer")
    return_url = params.get("return_url")
    if return_url and (urlsplit(return_url).scheme not in {"http", "https"} or not urlsplit(return_url).netloc):
        raise invalid("Not a valid URL: an explicit scheme (such as https) must be provided.", "return_url")
    session_id, secret = new_id("bps"), new_id("test", 40)
    session = tx.put(
        {
            "id": session_id,
            "object": KIND,
            "configuration": _configuration(tx)["id"],
            "created": int(tx.now),
            "customer": params["customer"],
            "customer_account": None,
            "flow": _flow(tx, params["customer"], params.get("flow_data")),
            "livemode": False,
            "locale": params.get("locale"),
            "on_behalf_of": None,
            "return_url": return_url,
            "url": f"{call.config.public_url}/p/session/{secret}",
        }
    )
    tx.keep_private(secret, {"session": session_id})
    events.emit(tx, "billing_portal.session.created", session)
    return session


def by_secret(tx: Tx, secret: str) -> Json | None:
    """Return the session of an address, or None once it is over."""
    session = tx.get(KIND, tx.private(secret).get("session", ""))
    return session if session and tx.now < session["created"] + LASTS else None


def _flow(tx: Tx, customer: str, sent: Json | None) -> Json | None:
    if sent is None:
        return None
    kind = sent["type"]
    if kind not in _FLOWS:
        raise invalid(f"The sandbox knows the flows {', '.join(_FLOWS)}.", "flow_data[type]")
    after = sent.get("after_completion", {"type": "portal_homepage"})
    cancel = None
    if kind == "subscription_cancel":
        wanted = sent.get("subscription_cancel", {}).get("subscription", "")
        subscription = tx.get(subscriptions.KIND, wanted)
        if subscription is None or subscription["customer"] != customer:
            raise no_such(subscriptions.KIND, wanted, "flow_data[subscription_cancel][subscription]")
        if subscription["status"] in subscriptions.OVER or subscription["cancel_at_period_end"]:
            raise ApiError("This subscription is canceled, or will be.", param="flow_data[subscription_cancel]")
        cancel = {"retention": None, "subscription": wanted}
    return {
        "after_completion": {
            "hosted_confirmation": after.get("hosted_confirmation"),
            "redirect": after.get("redirect"),
            "type": after["type"],
        },
        "subscription_cancel": cancel,
        "subscription_update": None,
        "subscription_update_confirm": None,
        "type": kind,
    }


def _configuration(tx: Tx) -> Json:
    """Return the one configuration, made when it is first needed."""
    for known in tx.find(CONFIGURATION):
        return known
    features = {
        "customer_update": {"allowed_updates": [], "enabled": False},
        "invoice_history": {"enabled": True},
        "payment_method_update": {"enabled": True, "payment_method_configuration": None},
        "subscription_cancel": {
            "cancellation_reason": {"enabled": False, "options": []},
            "enabled": True,
            "mode": "at_period_end",
            "proration_behavior": "none",
        },
        "subscription_pause": {"duration": {"interval_options": [], "type": "indefinite"}, "enabled": False},
        "subscription_update": {
            "billing_cycle_anchor": None,
            "default_allowed_updates": [],
            "enabled": False,
            "proration_behavior": "none",
            "schedule_at_period_end": {"conditions": []},
            "trial_update_behavior": "end_trial",
        },
    }
    return tx.put(
        {
            "id": new_id("bpc"),
            "object": CONFIGURATION,
            "active": True,
            "application": None,
            "business_profile": {"headline": None, "privacy_policy_url": None, "terms_of_service_url": None},
            "created": int(tx.now),
            "default_return_url": None,
            "features": features,
            "is_default": True,
            "livemode": False,
            "login_page": {"enabled": False, "url": None},
            "metadata": {},
            "name": None,
            "updated": int(tx.now),
        }
    )
