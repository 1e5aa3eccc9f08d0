"""Who asks, and for whom: the service token and the conversation."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from flask import current_app, jsonify, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from app.conversations import access as conversations
from app.conversations.errors import ConversationNotWithBot
from app.conversations.models import Status
from app.core import i18n
from app.core.actor import BOT
from app.core.errors import SignInNeeded
from app.core.secrets import same
from app.markets import queries as markets
from app.selfservice.asker import Asker
from app.selfservice.proposals.kind import read

Answer = dict[str, Any]
Body = TypeVar("Body", bound=BaseModel)


class WrongToken(SignInNeeded):
    code = "wrong_token"


def on_behalf(
    permission: str, *, also: Status | None = None
) -> Callable[[Callable[..., Answer]], Callable[..., ResponseReturnValue]]:
    """A view for the bot: it gets who asks, the other ids of the address, and returns the JSON
    object that answers.

    Refused while a person has the conversation; `also` names one more state that is fine.
    """

    def decorate(view: Callable[..., Answer]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def answered(conversation_id: UUID, **ids: UUID) -> ResponseReturnValue:
            _check_token()
            i18n.use_language(request.args.get("language", ""))
            asker = _asker(conversation_id, {Status.BOT, also})
            i18n.use_language(asker.language)
            return jsonify(view(asker, **ids))

        answered.permission = permission  # type: ignore[attr-defined]
        return answered

    return decorate


def body_of(kind: type[Body]) -> Body:
    """The JSON sent. Raises Invalid when it is something else than `kind` describes."""
    return read(kind, request.get_json(silent=True))


def _check_token() -> None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    expected = current_app.config["DIALTONE"].bot_service_token
    if kind != "Bearer" or not expected or not same(token, expected):
        raise WrongToken


def _asker(conversation_id: UUID, states: set[Status | None]) -> Asker:
    conversation = conversations.conversation_for(BOT, conversation_id, "conversations.read")
    language = request.args.get("language", "")
    if language not in i18n.LANGUAGES:
        language = conversation.language
    i18n.use_language(language)
    if conversation.status not in states:
        raise ConversationNotWithBot
    return Asker(conversation, markets.market(conversation.market_code), language)
