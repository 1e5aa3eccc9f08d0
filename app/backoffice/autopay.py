"""Today's AutoPay run: what is planned, waits for a window, is under way, was paid or declined."""

from flask import g, request
from flask.typing import ResponseReturnValue

from app.backoffice import bp
from app.core.errors import NotFound
from app.markets.queries import markets_of
from app.payments import autopay_run
from app.web import htmx
from app.web.login import current_actor, staff_with


@bp.get("/autopay")
@staff_with("payments.manage")
def autopay() -> ResponseReturnValue:
    markets = markets_of(current_actor())
    asked = request.args.get("market", "")
    market = next((each for each in markets if each.code == asked or not asked), None)
    state = request.args.get("state", autopay_run.STATES[0])
    if state not in autopay_run.STATES or (asked and market is None):
        raise NotFound
    if market is not None:
        g.timezone = market.timezone
    return htmx.show(
        "backoffice/autopay/autopay.html",
        "backoffice/autopay/_run.html",
        markets=markets,
        market=market,
        state=state,
        counts=autopay_run.counts(market) if market else [],
        debits=autopay_run.debits(market, state) if market else [],
    )
