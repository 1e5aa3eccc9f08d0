"""Gateways: how each answers, and which serves what where."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.backoffice import bp
from app.core.errors import NotFound
from app.markets.queries import markets_of
from app.payments import service
from app.payments.methods import Method
from app.web.fields import choice_field
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed

NOBODY = "none"


@bp.get("/gateways")
@staff_with("payments.manage")
def gateways() -> ResponseReturnValue:
    return _page()


@bp.post("/gateways/<provider>/try")
@staff_with("payments.manage")
@takes()
def try_gateway(provider: str) -> ResponseReturnValue:
    """One call without effect; the page says what came of it."""
    problem = service.try_gateway(provider, by=current_actor())
    return _page(tried=provider, problem=problem)


@bp.post("/markets/<market_code>/gateway")
@staff_with("payments.manage")
@takes("method", "provider")
def choose_gateway(market_code: str) -> ResponseReturnValue:
    """From the next payment on. Those that were begun go on with their own."""
    method = choice_field("method", Method)
    chosen = request.form.get("provider", "")
    provider = None if chosen == NOBODY else chosen
    actor = current_actor()
    if not actor.sees_market(market_code):
        raise NotFound
    confirmed("payments.manage", f"{market_code[:10]}:{method}")
    service.choose_gateway(market_code, method, provider, by=actor)
    return redirect(url_for("backoffice.gateways"), 303)


def _page(*, tried: str | None = None, problem: str | None = None) -> ResponseReturnValue:
    actor = current_actor()
    routes = [
        (market, {each.method: each.provider for each in service.offered(market)})
        for market in markets_of(actor)
    ]
    return render_template(
        "backoffice/gateways/gateways.html",
        health=service.health(),
        routes=routes,
        able={method: able for method in Method if (able := service.able(method))},
        tried=tried,
        problem=problem,
        nobody=NOBODY,
    )
