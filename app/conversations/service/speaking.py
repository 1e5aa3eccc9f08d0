"""The language that the bot and the activities speak in a conversation."""

from uuid import UUID

from app.audit import service as audit
from app.conversations import access
from app.conversations.models import Conversation
from app.core import db
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.i18n import LANGUAGES


def speak(conversation_id: UUID, language: object, *, by: Actor) -> Conversation:
    """`language` is one of en, es, pt; anything else is Invalid."""
    if not isinstance(language, str) or language not in LANGUAGES:
        raise Invalid(field="language")
    with db.transaction():
        conversation = access.conversation_for(
            by, conversation_id, "conversations.reply", lock=True
        )
        if conversation.language != language:
            change = (conversation.language, language)
            conversation.language = language
            audit.record(
                by, "conversation.language", "conversation", conversation.id, language=change
            )
    return conversation
