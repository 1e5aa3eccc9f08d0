"""Who looks at the pages, from which market and in which language."""

from typing import Any

from flask import Blueprint, g, request, session

from app.demo.world import csrf, languages, offers
from app.demo.world.accounts import Accounts, Shopper
from app.demo.world.offers import Market

FIRST_MARKET = "MX"


class Visitor:
    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def listen(self, pages: Blueprint) -> None:
        """`?lang=` and `?market=` are remembered on every page of the blueprint."""
        pages.before_request(self._remember)

    def shopper(self) -> Shopper | None:
        reference = session.get("customer")
        return self._accounts.find(str(reference)) if reference else None

    def market(self) -> Market:
        """A signed-in customer is at home in one market; anybody else looks where they like."""
        shopper = self.shopper()
        code = shopper.market if shopper else str(session.get("market", FIRST_MARKET))
        return offers.markets().get(code, offers.markets()[FIRST_MARKET])

    def language(self) -> str:
        if "language" in g:
            return str(g.language)
        shopper = self.shopper()
        own = languages.nearest(shopper.language if shopper else None, self.market().language)
        return languages.nearest(session.get("lang"), own)

    def words_for_pages(self) -> dict[str, Any]:
        """What every template may use."""
        language = self.language()

        def say(key: str, **values: object) -> str:
            sentence = languages.words(language)[key]
            return sentence % values if values else sentence

        def money(amount: str, currency: str) -> str:
            return languages.money(amount, currency, language)

        return {
            "t": say,
            "money": money,
            "language": language,
            "language_names": languages.NAMES,
            "market": self.market(),
            "markets": offers.markets(),
            "shopper": self.shopper(),
            "csrf_token": csrf.token,
        }

    @staticmethod
    def _remember() -> None:
        if request.args.get("lang") in languages.LANGUAGES:
            session["lang"] = request.args["lang"]
        if request.args.get("market") in offers.markets():
            session["market"] = request.args["market"]
            if "lang" not in request.args:
                session.pop("lang", None)
