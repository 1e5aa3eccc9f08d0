"""Which gateway serves a method in a market: an administrator's choice, or the first that can."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.markets.models import Market
from app.markets.queries import market as market_of
from app.payments.errors import MethodNotOffered, UnknownGateway
from app.payments.methods import Method, usual
from app.payments.models import GatewayHealth, GatewayRoute
from app.payments.port import GatewayDown, GatewayRefused
from app.payments.service.asking import ask
from app.payments.switch import gateway, gateways, is_known


@dataclass(frozen=True, slots=True)
class Offered:
    method: Method
    provider: str


def offered(market: Market) -> list[Offered]:
    """The ways to pay in a market, the most usual first. Cards are there whatever the currency."""
    chosen = {
        route.method: route.provider
        for route in db.session.scalars(
            select(GatewayRoute).where(GatewayRoute.market_code == market.code)
        )
    }
    methods = [*usual(market.currency), *(m for m in Method if m in chosen)]
    found = []
    for method in dict.fromkeys(methods):
        provider = chosen[method] if method in chosen else _first(method)
        if provider is not None and is_known(provider):
            found.append(Offered(method, provider))
    return found


def able(method: Method) -> list[str]:
    """The gateways that have a method."""
    return [name for name, each in gateways().items() if method in each.methods]


def provider_for(market: Market, method: Method) -> str:
    """Raises MethodNotOffered."""
    for each in offered(market):
        if each.method is method:
            return each.provider
    raise MethodNotOffered


def choose_gateway(market_code: str, method: Method, provider: str | None, *, by: Actor) -> None:
    """From now on; payments that were begun go on with their own. None offers the method no more.

    Raises UnknownGateway.
    """
    with db.transaction():
        by.must("payments.manage")
        if not by.sees_market(market_code):
            raise NotFound(market=market_code)
        market = market_of(market_code)
        if provider is not None and not (
            is_known(provider) and method in gateway(provider).methods
        ):
            raise UnknownGateway
        before = {each.method: each.provider for each in offered(market)}.get(method)
        values = {"provider": provider, "changed_at": clock.now()}
        statement = insert(GatewayRoute).values(market_code=market_code, method=method, **values)
        db.session.execute(
            statement.on_conflict_do_update(
                index_elements=[GatewayRoute.market_code, GatewayRoute.method], set_=values
            ),
        )
        audit.record(
            by, "gateway.chosen", "market", market_code, method=method, provider=(before, provider)
        )


def try_gateway(provider: str, *, by: Actor) -> str | None:
    """One call without effect; returns what went wrong, or None. Raises NotFound."""
    by.must("payments.manage")
    if not is_known(provider):
        raise NotFound
    problem = None
    try:
        ask(provider, lambda its: its.ping())
    except (GatewayDown, GatewayRefused) as error:
        problem = str(error)
    with db.transaction():
        audit.record(by, "gateway.tried", "gateway", provider, problem=problem)
    return problem


def health() -> dict[str, GatewayHealth | None]:
    """By gateway; None for one that never failed."""
    rows = {row.provider: row for row in db.session.scalars(select(GatewayHealth))}
    return {name: rows.get(name) for name in gateways()}


def _first(method: Method) -> str | None:
    return next(iter(able(method)), None)
