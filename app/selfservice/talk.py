"""Who speaks in a dialogue, what she has chosen so far, and what a page has to hand for it."""

from dataclasses import dataclass
from typing import Any

from app.billing import queries as billing
from app.billing.models import Invoice
from app.conversations.models import Inbox
from app.core.actor import Actor, Kind
from app.core.errors import NotFound
from app.customers.models import Customer
from app.identity.permissions import CUSTOMER
from app.markets.models import Market
from app.selfservice.wording import Wording
from app.subscriptions.models import Line


@dataclass(slots=True)
class Talk:
    """One turn of one dialogue. `line` is None for a number that is none of ours.

    `step` names the turn for ever: effects are keyed by it. What pages put into `slots` they find
    there in the turns that follow.
    """

    inbox: Inbox
    market: Market
    session_id: str
    step: str
    sender: str
    line: Line | None
    language: str
    slots: dict[str, Any]
    aloud: bool = False
    vouched: bool = True
    public_url: str = ""

    @property
    def words(self) -> Wording:
        return Wording(self.market, self.language, self.aloud)

    @property
    def own(self) -> Line:
        """Raises NotFound for strangers: their menus do not lead here."""
        if self.line is None:
            raise NotFound
        return self.line

    @property
    def customer(self) -> Customer:
        return self.own.customer

    @property
    def actor(self) -> Actor:
        """She herself: nothing here may do what she may not."""
        return actor_of(self.customer, self.language)

    @property
    def bill(self) -> Invoice | None:
        return billing.bill_that_matters(self.customer.id)


def actor_of(customer: Customer, language: str) -> Actor:
    market = frozenset({customer.market_code})
    return Actor(Kind.CUSTOMER, customer.id, customer.name, CUSTOMER, market, language)
