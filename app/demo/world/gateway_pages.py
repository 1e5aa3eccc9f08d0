"""The gateway's hosted payment page, and the list where one sees what became of each checkout."""

from typing import Any

import segno
from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.demo.world import callbacks, chargebacks, csrf, languages, ways
from app.demo.world.callbacks import Postman, event_about
from app.demo.world.checkouts import BEHAVIOURS, CARDS, DECLINE_CODES, Checkout, Ledger
from app.demo.world.gateway import method_of
from app.demo.world.refusals import Refusal
from app.demo.world.store import Store
from app.demo.world.visitor import Visitor

COPIES = {"approve": 1, "duplicate": callbacks.COPIES_AT_ONCE}


def blueprint(ledger: Ledger, postman: Postman, store: Store, visitor: Visitor) -> Blueprint:
    pages = Blueprint("gateway_pages", __name__, url_prefix="/gateway")
    csrf.protect(pages)
    visitor.listen(pages)

    @pages.get("/")
    def checkouts() -> ResponseReturnValue:
        sent = {row["event"]["checkout_id"]: row for row in store.rows(callbacks.TABLE)}
        return render_template(
            "world/gateway/list.html",
            checkouts=ledger.latest(),
            sent=sent,
            chargebacks=chargebacks.states(store),
            refunds=ledger.refunds(),
            saved=ledger.all_saved(),
            behaviours=BEHAVIOURS,
        )

    @pages.post("/saved/<token>")
    def behave(token: str) -> ResponseReturnValue:
        """How charges of a saved method end from now on."""
        behaviour = request.form.get("behaviour", "")
        if behaviour not in BEHAVIOURS:
            raise Refusal(422, "invalid", "Choose how charges end.")
        ledger.behave(token, behaviour)
        return redirect("/gateway/", 303)

    @pages.get("/pay/<checkout_id>")
    def pay(checkout_id: str) -> ResponseReturnValue:
        return _page(ledger.find(checkout_id))

    @pages.post("/pay/<checkout_id>")
    def decide(checkout_id: str) -> ResponseReturnValue:
        outcome = request.form.get("outcome", "")
        decided = _decide(ledger, checkout_id, outcome)
        if decided is not None and outcome != "hang":
            told = event(decided, ledger)
            postman.send(decided.callback_url, told, copies=COPIES.get(outcome, 1))
        checkout = ledger.find(checkout_id)
        if checkout.status == "hung":
            return _page(checkout)
        return redirect(checkout.return_url, 303)

    return pages


def event(checkout: Checkout, ledger: Ledger) -> dict[str, Any]:
    """What the merchant is told. One event has one id, however often it is sent."""
    told = {
        **event_about(checkout, f"checkout.{checkout.status}"),
        "decline_code": checkout.decline_code,
        "method": method_of(checkout),
    }
    return told if checkout.token is None else {**told, "saved": _saved(checkout.token, ledger)}


def _saved(token: str, ledger: Ledger) -> dict[str, Any]:
    saved = ledger.saved(token)
    return {
        "token": saved.token,
        "method": saved.method,
        "brand": saved.brand or None,
        "last4": saved.last4 or None,
        "expires": saved.expires or None,
    }


def _decide(ledger: Ledger, checkout_id: str, outcome: str) -> Checkout | None:
    brand = request.form.get("card", "visa")
    code = request.form.get("decline_code", DECLINE_CODES[0])
    if brand not in CARDS or code not in DECLINE_CODES:
        raise Refusal(422, "invalid", "Choose one of the test cards and decline codes.")
    if outcome in COPIES:
        save = request.form.get("save") == "yes"
        return ledger.approve(checkout_id, brand=brand, save=save)
    if outcome == "decline":
        return ledger.decline(checkout_id, brand=brand, code=code)
    if outcome == "hang":
        return ledger.hang(checkout_id, brand=brand)
    raise Refusal(422, "invalid", "Choose approve, decline, hang or duplicate.")


def _page(checkout: Checkout) -> ResponseReturnValue:
    g.language = languages.nearest(checkout.locale, "en")
    g.leads_to = checkout.return_url
    return render_template(
        "world/gateway/pay.html",
        checkout=checkout,
        cards=CARDS,
        decline_codes=DECLINE_CODES,
        qr=_qr(checkout),
        may_save=checkout.offer_saving and checkout.method in ways.SAVED,
    )


def _qr(checkout: Checkout) -> str | None:
    action = checkout.action
    if action is None or action["kind"] not in {"qr", "deep_link"}:
        return None
    return segno.make(action["text"], error="m").svg_data_uri(scale=4)
