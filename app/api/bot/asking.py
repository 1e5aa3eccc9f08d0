"""Who asks, and for whom: the service token, the conversation, its customer and her lines."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from flask import current_app, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ValidationError

from app.conversations import access as conversations
from app.conversations.errors import ConversationNotWithBot
from app.conversations.models import Conversation, Status, Verification
from app.core import i18n
from app.core.actor import BOT, Actor, Kind
from app.core.errors import Forbidden, Invalid, NotFound, SignInNeeded
from app.core.i18n import lazy
from app.core.secrets import same
from app.customers.models import Customer
from app.identity.permissions import CUSTOMER
from app.markets import queries as markets
from app.markets.models import Market
from app.subscriptions import access as lines
from app.subscriptions.models import Line, LineStatus
from app.subscriptions.queries import lines_of

Answer = dict[str, Any]
Body = TypeVar("Body", bound=BaseModel)


class WrongToken(SignInNeeded):
    code = "wrong_token"


class NotVerified(Forbidden):
    code = "not_verified"
    message = lazy("We need to know who you are first. Please sign in.")


@dataclass(frozen=True, slots=True)
class Asked:
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
        known = self.conversation.customer_id is not None
        return known and self.conversation.verification is not Verification.NONE

    def must_be_signed_in(self) -> None:
        """For what costs money: a telephone may be in other hands. Raises NotVerified."""
        if self.conversation.verification is not Verification.IDENTITY:
            raise NotVerified

    @property
    def customer(self) -> Customer:
        """Raises NotVerified unless the operator's site vouched for her, or her address did."""
        customer = self.conversation.customer
        if not self.verified or customer is None:
            raise NotVerified
        return customer

    @property
    def actor(self) -> Actor:
        """The customer herself: the bot may see and do nothing that she may not."""
        customer = self.customer
        market = frozenset({customer.market_code})
        return Actor(Kind.CUSTOMER, customer.id, customer.name, CUSTOMER, market, self.language)

    def line(self, line_id: object) -> Line:
        """The line asked for, else her first active one. Raises NotFound, also for others'."""
        if line_id:
            return lines.line_for(self.actor, as_id(line_id), "customers.read")
        own = lines_of(self.customer.id)
        line = next((each for each in own if each.status is LineStatus.ACTIVE), None)
        if line is None:
            raise NotFound
        return line


def on_behalf(
    permission: str, *, also: Status | None = None
) -> Callable[[Callable[[Asked], Answer]], Callable[[UUID], ResponseReturnValue]]:
    """A view for the bot: it gets what is asked and returns the JSON object that answers.

    Refused while a person has the conversation; `also` names one more state that is fine.
    """

    def decorate(view: Callable[[Asked], Answer]) -> Callable[[UUID], ResponseReturnValue]:
        @wraps(view)
        def answered(conversation_id: UUID) -> ResponseReturnValue:
            _check_token()
            i18n.use_language(request.args.get("language", ""))
            asked = _asked(conversation_id, {Status.BOT, also})
            i18n.use_language(asked.language)
            return jsonify(view(asked))

        answered.permission = permission  # type: ignore[attr-defined]
        return answered

    return decorate


def body_of(kind: type[Body]) -> Body:
    """The JSON sent. Raises Invalid when it is something else than `kind` describes."""
    try:
        return kind.model_validate(request.get_json(silent=True))
    except ValidationError as error:
        fields = sorted({str(each["loc"][0]) for each in error.errors() if each["loc"]})
        raise Invalid(fields=fields) from None


def as_id(value: object) -> UUID:
    """Raises NotFound for what is no id: nothing has it."""
    try:
        return UUID(str(value))
    except ValueError:
        raise NotFound from None


def _check_token() -> None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    expected = current_app.config["DIALTONE"].bot_service_token
    if kind != "Bearer" or not same(token, expected):
        raise WrongToken


def _asked(conversation_id: UUID, states: set[Status | None]) -> Asked:
    conversation = conversations.conversation_for(BOT, conversation_id, "conversations.read")
    language = request.args.get("language", "")
    if language not in i18n.LANGUAGES:
        language = conversation.language
    i18n.use_language(language)
    if conversation.status not in states:
        raise ConversationNotWithBot
    return Asked(conversation, markets.market(conversation.market_code), language)
