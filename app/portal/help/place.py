"""Where in the help a page stands: of which market, in which language, and for whom."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import g, request, url_for

from app.core import i18n
from app.core.actor import Actor, Kind
from app.core.errors import NotFound
from app.identity.permissions import VISITOR
from app.markets import queries as markets
from app.markets.models import Market
from app.portal import me

STRANGER = Actor(Kind.VISITOR, UUID(int=0), "", VISITOR)


@dataclass(frozen=True, slots=True)
class HelpPlace:
    market: Market
    language: str
    actor: Actor

    @property
    def code(self) -> str:
        return self.market.code.lower()

    def url(self, endpoint: str, **values: Any) -> str:
        language = values.pop("language", self.language)
        return url_for(f"portal.{endpoint}", market=self.code, language=language, **values)

    def other_languages(self, address: Callable[[str], str]) -> list[tuple[str, str]]:
        return [(code, address(code)) for code in i18n.LANGUAGES]


def place(market: str, language: str) -> HelpPlace:
    """As the address says. Raises NotFound for markets and languages that are not ours."""
    actor = me.actor()
    found = next((each for each in markets.all_markets() if each.code.lower() == market), None)
    if found is None or language not in i18n.LANGUAGES:
        raise NotFound
    i18n.use_language(language)
    g.timezone = found.timezone
    return HelpPlace(found, language, reader_in(found.code, actor))


def reader_in(market: str, actor: Actor | None) -> Actor:
    """A customer in her own market; anybody else, and she in another one, is a visitor there."""
    if actor is not None and actor.sees_market(market):
        return actor
    return replace(STRANGER, markets=frozenset({market}))


def home_place() -> HelpPlace:
    """Where somebody begins who names no market: hers, the one of her browser, or the first."""
    actor = me.actor()
    asked = request.args.get("language", "")
    language = asked if asked in i18n.LANGUAGES else i18n.language()
    known = markets.all_markets()
    if not known:
        raise NotFound
    found = next((each for each in known if actor and actor.markets == {each.code}), None)
    found = found or _of_browser(known) or _speaking(known, language) or known[0]
    return HelpPlace(found, language, reader_in(found.code, actor))


def _of_browser(known: list[Market]) -> Market | None:
    """`es-MX` names a country."""
    regions = [tag.partition("-")[2].upper() for tag in request.accept_languages.values()]
    return next((each for region in regions for each in known if each.code == region), None)


def _speaking(known: list[Market], language: str) -> Market | None:
    return next((each for each in known if each.language == language), None)
