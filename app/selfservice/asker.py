"""For whom the bot asks: the conversation, its customer, and how sure we are that it is she."""

from dataclasses import dataclass

from app.conversations import proof
from app.conversations.models import Conversation, Verification
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.ids import as_id
from app.customers.models import Customer
from app.markets.models import Market
from app.messaging import switch
from app.selfservice.errors import NotVerified
from app.selfservice.talk import actor_of
from app.subscriptions import access as lines
from app.subscriptions.models import Line, LineStatus
from app.subscriptions.queries import lines_of

# Where she signs in; a chat on a website can go on from there.
_SIGN_IN = "/my/sign-in"


@dataclass(frozen=True, slots=True)
class Asker:
    """One question on behalf of one conversation, to be answered in `language`."""

    conversation: Conversation
    market: Market
    language: str

    @property
    def locale(self) -> str:
        return self.market.locale_for(self.language)

    @property
    def verified(self) -> bool:
        """Enough for facts of her own: she signed in, or writes from an address that is hers."""
        return self._has_proved(Verification.ADDRESS)

    def must_prove(self, needed: Verification) -> None:
        """Raises NotVerified when less is known of her than is needed. What costs money asks for
        IDENTITY: a telephone may be in other hands."""
        if not self._has_proved(needed):
            raise NotVerified(**self.missing(needed))

    def missing(self, needed: Verification) -> dict[str, str | None]:
        """What would prove as much: `needs` is code or sign_in, `to` where a code would go (None:
        to the number that she says is hers), `sign_in` the page, for talks on a website."""
        on_site = self.conversation.channel == "webchat"
        page = f"{switch.public_url()}{_SIGN_IN}" if on_site else None
        return {**proof.missing(self.conversation, needed), "sign_in": page}

    @property
    def customer(self) -> Customer:
        """Raises NotVerified unless the operator's site vouched for her, or her address did."""
        customer = self.conversation.customer
        if not self.verified or customer is None:
            raise NotVerified(**self.missing(Verification.ADDRESS))
        return customer

    @property
    def actor(self) -> Actor:
        """The customer herself: the bot may see and do nothing that she may not."""
        return actor_of(self.customer, self.language)

    def line(self, line_id: object) -> Line:
        """The line asked for, else her first active one. Raises NotFound, also for others'."""
        if line_id:
            return lines.line_for(self.actor, as_id(line_id), "customers.read")
        own = lines_of(self.customer.id)
        line = next((each for each in own if each.status is LineStatus.ACTIVE), None)
        if line is None:
            raise NotFound
        return line

    def _has_proved(self, needed: Verification) -> bool:
        known = self.conversation.customer_id is not None
        return known and self.conversation.verification.covers(needed)
