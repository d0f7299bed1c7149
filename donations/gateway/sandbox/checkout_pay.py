"""Paying a Checkout Session: tries, the bank's question, and what a session is when it is complete."""

from donations.gateway.sandbox import checkout, customers, events, methods, moments, payments, subscribing
from donations.gateway.sandbox.cards import Card
from donations.gateway.sandbox.config import Config
from donations.gateway.sandbox.errors import ApiError
from donations.gateway.sandbox.store import Json, Tx


def pay(tx: Tx, config: Config, session: Json, card: Card, *, email: str = "", name: str = "") -> str:
    """Try to pay an open session. Returns `paid`, `processing`, `challenge`, or why the card was declined (its code).

    A decline leaves the session open. A challenge waits for `answer_challenge`.
    """
    session, intent = _begun(tx, session)
    person = {"email": email or session["customer_email"], "name": name or None}
    method = methods.make(tx, card, person)
    page = {"return_url": session["success_url"], "url": f"{config.public_url}/c/pay/{session['id']}/challenge"}
    outcome = payments.confirm(tx, config, intent, method, ask_at=page)
    if outcome in {"paid", "processing"}:
        _complete(tx, config, session, intent["id"], method, paid=outcome == "paid")
    return outcome


def answer_challenge(tx: Tx, config: Config, session: Json, *, passed: bool) -> str:
    """Go on after 3-D Secure. Returns what `pay` does, `challenge` aside. Raises ApiError if nothing was asked."""
    intent = checkout.intent_of(tx, session)
    if intent is None or intent["status"] != "requires_action":
        raise ApiError("This payment does not wait for an authentication.")
    if not passed:
        return payments.refuse_authentication(tx, intent)
    method = tx.need(methods.KIND, intent["payment_method"])
    outcome = payments.charge(tx, config, intent, method)
    if outcome in {"paid", "processing"}:
        _complete(tx, config, session, intent["id"], method, paid=outcome == "paid")
    return outcome


def end_late(tx: Tx, session: Json, *, paid: bool) -> None:
    """Say of a complete session how the bank debit ended that was under way."""
    if paid:
        session = tx.put({**session, "payment_status": "paid"})
    events.emit(tx, f"checkout.session.async_payment_{'succeeded' if paid else 'failed'}", session)


def _begun(tx: Tx, session: Json) -> tuple[Json, Json]:
    """Return session and intent, which is made at the first attempt, as Stripe does."""
    if known := checkout.intent_of(tx, session):
        return session, known
    intent = payments.open_intent(
        tx,
        amount=session["amount_total"],
        currency=session["currency"],
        customer=session["customer"],
        ways=session["payment_method_types"],
        data=tx.private(session["id"]).get("payment_intent_data", {}),
    )
    tx.remember(intent["id"], session=session["id"])
    if session["mode"] == "payment":
        return tx.put({**session, "payment_intent": intent["id"]}), intent
    tx.remember(session["id"], intent=intent["id"])
    return session, intent


def _complete(tx: Tx, config: Config, session: Json, intent_id: str, method: Json, *, paid: bool) -> None:
    person = {name: method["billing_details"][name] for name in ("email", "name")}
    details = {
        **dict.fromkeys(("business_name", "individual_name", "phone")),
        **person,
        "address": methods.NO_ADDRESS,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    complete = {**session, "status": "complete", "url": None, "customer_details": details}
    if paid:
        complete["payment_status"] = "paid"
    if session["mode"] == "subscription":
        complete |= _subscribed(tx, config, session, intent_id, method, person)
    events.emit(tx, "checkout.session.completed", tx.put(complete))


def _customer(tx: Tx, session: Json, person: Json) -> Json:
    """Return the session's customer, who has the address typed on the page if they had none; else a new one."""
    known = tx.get(customers.KIND, session["customer"] or "")
    if known is None:
        return customers.make(tx, person)
    new = person["email"] and not known["email"]
    return customers.change(tx, known, {"email": person["email"]}) if new else known


def _subscribed(tx: Tx, config: Config, session: Json, intent_id: str, method: Json, person: Json) -> Json:
    """Make customer and subscription of what was paid on the page; return what the session says of them."""
    customer = _customer(tx, session, person)
    with moments.of_customer(tx, customer["id"]):
        intent = tx.put({**tx.need(payments.KIND, intent_id), "customer": customer["id"]})
        if charge := tx.get("charge", intent["latest_charge"] or ""):
            tx.put({**charge, "customer": customer["id"]})
        method = methods.attach_to(tx, method, customer["id"])
        facts = tx.private(session["id"])
        subscription = subscribing.begin(
            tx,
            config,
            customer=customer,
            line=facts["line_items"][0],
            data=facts.get("subscription_data", {}),
            method=method["id"],
            paid_by=intent,
        )
    return {
        "customer": customer["id"],
        "subscription": subscription["id"],
        "invoice": subscription["latest_invoice"],
    }
