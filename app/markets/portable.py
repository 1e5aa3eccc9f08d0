"""Policies of markets, as the file of the configuration has them."""

from collections.abc import Mapping
from typing import Any

from app.core import clock
from app.core.actor import Actor
from app.core.i18n import lazy
from app.core.portable import Item, Section
from app.markets import queries, service


class MarketItem(Item):
    """What was chosen; what is left out has its default. Markets are not opened by a file."""

    policies: dict[str, Any] = {}


class Markets(Section):
    name = "markets"
    words = lazy("Policies of markets")
    kind = MarketItem
    permission = "policies.manage"

    def export(self) -> Mapping[str, Item]:
        moment = clock.now()
        return {
            each.code: MarketItem(policies=each.settings_at(moment))
            for each in queries.all_markets()
        }

    def put(self, key: str, item: Item, *, by: Actor) -> None:
        wanted = item.model_dump(mode="json")["policies"]
        service.change_policies(queries.market(key).code, wanted, by=by)
