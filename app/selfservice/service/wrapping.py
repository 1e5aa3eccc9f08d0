"""After a call: what came of it, in the agent's words."""

from uuid import UUID

from app.audit import service as audit
from app.conversations import access
from app.conversations.errors import NotYourConversation
from app.conversations.models import MessageKind
from app.conversations.service.messages import say
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.selfservice.errors import AlreadyWrappedUp, CallGoesOn
from app.selfservice.events import CallMoved
from app.selfservice.models import Dialogue, Result
from app.selfservice.service import busy, desk

_LONGEST_NOTE = 1000


def wrap_up(dialogue_id: UUID, result: str, note: str = "", *, by: Actor) -> Dialogue:
    """Note how a call ended, once. Raises CallGoesOn, AlreadyWrappedUp, NotYourConversation."""
    with db.transaction():
        dialogue = db.session.get(
            Dialogue, dialogue_id, with_for_update={"of": Dialogue}, populate_existing=True
        )
        if dialogue is None or dialogue.agent_id is None:
            raise NotFound
        conversation = access.conversation_for(by, dialogue.conversation_id, "conversations.reply")
        if dialogue.agent_id != by.id and not by.may("conversations.assign"):
            raise NotYourConversation
        if dialogue.ended_at is None:
            raise CallGoesOn
        if dialogue.wrapped_up_at is not None:
            raise AlreadyWrappedUp
        dialogue.result, dialogue.wrapped_up_at = _result(result), clock.now()
        if dialogue.result is Result.CALL_BACK:
            dialogue.call_back, dialogue.called_back_at = True, None
        key, told = f"{dialogue.id}:wrapped", {"name": by.name, "result": dialogue.result.value}
        desk.leave(conversation.id, "wrapped_up", key, **told)
        if words := _note(note):
            say(conversation.id, words, by=by, client_key=f"{key}:note", kind=MessageKind.NOTE)
        audit.record(by, "call.wrapped_up", "conversation", conversation.id, result=dialogue.result)
        busy.free(dialogue.agent_id)
        events.announce(CallMoved(conversation.id))
    return dialogue


def _result(given: str) -> Result:
    try:
        return Result(given)
    except ValueError:
        raise Invalid(field="result") from None


def _note(given: str) -> str:
    words = given.replace("\r\n", "\n").strip()
    if len(words) > _LONGEST_NOTE or "\0" in words:
        raise Invalid(field="note")
    return words
